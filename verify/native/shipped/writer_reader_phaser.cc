// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_writer_reader_phaser() {
  using clients::writer_reader_phaser_clients;
  return checks_of<shipped_engine, writer_reader_phaser_clients<clients::plain_kind>::list>() +
         checks_of<shipped_engine, writer_reader_phaser_clients<clients::striped_kind>::list>() +
         checks_of<shipped_engine, writer_reader_phaser_clients<clients::asymmetric_kind>::list>() +
         checks_of<shipped_engine, clients::published_section_clients::list>();
}

}  // namespace stillpoint::verify::native
