// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/thread_locals.hpp"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "verify/explorer/machine/digest.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

namespace {

// The variables of one program or shared object.
struct block {
  std::byte* first;
  std::size_t size;
  // What they begin with; the rest begins with zeros.
  const void* image;
  std::size_t image_size;
};

struct module {
  std::uintptr_t first;
  std::uintptr_t behind;
};

// Of the thread that explores.
struct layout {
  std::vector<block> blocks;
  std::vector<module> modules;
  std::size_t size = 0;
};

layout& known() {
  static layout instance;
  return instance;
}

thread_locals* in_place = nullptr;

bool belongs_to_the_system(std::string_view file) {
  const std::string_view name = file.substr(file.rfind('/') + 1);
  constexpr std::array<std::string_view, 10> libraries = {"libc.so",   "ld-linux",   "libstdc++",  "libgcc_s",
                                                          "libm.so",   "libpthread", "linux-vdso", "libc++",
                                                          "libunwind", "libdl.so"};
  return std::any_of(libraries.begin(), libraries.end(),
                     [name](std::string_view each) { return name.starts_with(each); });
}

int add_module(dl_phdr_info* about, std::size_t, void* result) {
  if (belongs_to_the_system(about->dlpi_name)) return 0;
  layout& made = *static_cast<layout*>(result);
  for (int i = 0; i < about->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = about->dlpi_phdr[i];
    const std::uintptr_t address = about->dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_LOAD) made.modules.push_back({address, address + part.p_memsz});
    if (part.p_type != PT_TLS || part.p_memsz == 0 || about->dlpi_tls_data == nullptr) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address as the loader gives it
    const void* const image = reinterpret_cast<const void*>(address);
    made.blocks.push_back(
        {static_cast<std::byte*>(about->dlpi_tls_data), part.p_memsz, image, part.p_filesz});
    made.size += part.p_memsz;
  }
  return 0;
}

}  // namespace

thread_locals::session::session() {
  layout& now = known();
  if (now.modules.empty()) dl_iterate_phdr(&add_module, &now);
  outside().fresh_ = false;
  in_place = &outside();
}

thread_locals::session::~session() {
  // What is in place belongs to an execution that is over.
  if (in_place != &outside()) {
    in_place = nullptr;
    outside().put_in_place();
  }
  in_place = nullptr;
}

thread_locals& thread_locals::outside() {
  static thread_locals instance;
  return instance;
}

void thread_locals::renew() {
  fresh_ = true;
  destructions_.clear();
  if (in_place == this) in_place = nullptr;
}

void thread_locals::put_in_place() {
  if (in_place == this || known().size == 0) return;
  if (in_place != nullptr) in_place->copy_out();
  in_place = this;
  const std::byte* from = values_.data();
  for (const block& b : known().blocks) {
    if (fresh_) {
      std::memcpy(b.first, b.image, b.image_size);
      std::memset(b.first + b.image_size, 0, b.size - b.image_size);
    } else {
      std::memcpy(b.first, from, b.size);
      from += b.size;
    }
  }
  fresh_ = false;
}

void thread_locals::copy_out() {
  values_.resize(known().size);
  std::byte* to = values_.data();
  for (const block& b : known().blocks) {
    std::memcpy(to, b.first, b.size);
    to += b.size;
  }
}

void thread_locals::at_thread_end(void (*destructor)(void*), void* object) {
  destructions_.push_back({destructor, object});
}

// A destructor may have others registered.
void thread_locals::destroy() {
  while (!destructions_.empty()) {
    const destruction last = destructions_.back();
    destructions_.pop_back();
    last.destructor(last.object);
  }
}

std::uint64_t thread_locals::digest() {
  std::uint64_t all = 0;
  for (const block& b : known().blocks) all = mixed(all, digest_of(b.first, b.size));
  return all;
}

bool thread_locals::contains(std::uint64_t address) {
  return std::any_of(known().blocks.begin(), known().blocks.end(), [address](const block& b) {
    return address - reinterpret_cast<std::uintptr_t>(b.first) < b.size;
  });
}

bool thread_locals::in_module(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  return std::any_of(known().modules.begin(), known().modules.end(),
                     [at](const module& m) { return at >= m.first && at < m.behind; });
}

}  // namespace stillpoint::verify::explorer

// What compilers call for a thread_local with a destructor. In client code the thread is the client's.
extern "C" int __cxa_thread_atexit(void (*destructor)(void*), void* object, void* module) noexcept {
  using stillpoint::verify::explorer::machine;
  using stillpoint::verify::explorer::thread_locals;
  machine* const m = machine::running_client();
  if (m != nullptr && thread_locals::in_module(module)) {
    m->at_thread_end(destructor, object);
    return 0;
  }
  using function = int (*)(void (*)(void*), void*, void*);
  static const auto outside = reinterpret_cast<function>(dlsym(RTLD_NEXT, "__cxa_thread_atexit"));
  return outside(destructor, object, module);
}
