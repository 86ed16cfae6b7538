// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/output.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <iostream>

namespace stillpoint::verify::explorer {

namespace {

// The program may have buffers of both kinds.
void flush_all() {
  std::cout.flush();
  std::cerr.flush();
  std::clog.flush();
  std::fflush(nullptr);
}

std::string part_of(int file, std::size_t size, std::size_t offset) {
  std::string part(size, '\0');
  const ssize_t got = pread(file, part.data(), size, static_cast<off_t>(offset));
  part.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return part;
}

}  // namespace

held_output::held_output(to where) {
  flush_all();
  target_ = where == to::memory ? memfd_create("output of a client", MFD_CLOEXEC)
                                : open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (target_ < 0) return;
  for (std::size_t i = 0; i < standard.size(); ++i) {
    held_[i] = fcntl(standard[i], F_DUPFD_CLOEXEC, 3);
    if (held_[i] >= 0) dup2(target_, standard[i]);
  }
}

held_output::~held_output() {
  flush_all();
  for (std::size_t i = 0; i < standard.size(); ++i) {
    if (held_[i] < 0) continue;
    dup2(held_[i], standard[i]);
    close(held_[i]);
  }
  if (target_ >= 0) close(target_);
}

std::string held_output::text() const {
  flush_all();
  constexpr std::size_t most = std::size_t{4} << 10;
  struct stat about {};
  if (target_ < 0 || fstat(target_, &about) != 0 || about.st_size <= 0) return {};
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size <= 2 * most) return part_of(target_, size, 0);
  return part_of(target_, most, 0) + "\n[" + std::to_string(size - 2 * most) + " bytes left out]\n" +
         part_of(target_, most, size - most);
}

}  // namespace stillpoint::verify::explorer
