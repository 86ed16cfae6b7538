// SPDX-License-Identifier: BSL-1.0
#include "verify/checks/checks.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/clients/writer_reader_phaser/first_uses.hpp"
#include "verify/relacy/run.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> relacy_checks_of_writer_reader_phaser() {
  using clients::writer_reader_phaser_clients;
  return checks_of<relacy_engine, writer_reader_phaser_clients<clients::plain_kind>::list>() +
         checks_of<relacy_engine, writer_reader_phaser_clients<clients::striped_kind>::list>() +
         checks_of<relacy_engine, writer_reader_phaser_clients<clients::asymmetric_kind>::list>() +
         checks_of<relacy_engine, clients::published_section_clients::list>() +
         checks_of<relacy_engine, clients::first_section_clients<clients::claiming_stripes>::list>();
}

}  // namespace stillpoint::verify
