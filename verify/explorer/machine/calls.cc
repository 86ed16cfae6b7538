// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/calls.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "verify/explorer/machine/thread_locals.hpp"

namespace stillpoint::verify::explorer {

namespace {

struct collecting {
  call_chain& into;
  // Frames before this address are the handler's.
  std::uintptr_t first;
};

_Unwind_Reason_Code add_address(_Unwind_Context* context, void* argument) {
  collecting& now = *static_cast<collecting*>(argument);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (now.first != 0 && address != now.first) return _URC_NO_REASON;
  now.first = 0;
  if (address == 0 || now.into.count == call_chain::most) return _URC_END_OF_STACK;
  now.into.addresses[now.into.count++] = address;
  return _URC_NO_REASON;
}

// An object file in memory, for as long as this lives.
class object_file {
 public:
  explicit object_file(const char* name) {
    const int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    struct stat about {};
    if (fstat(descriptor, &about) == 0 && about.st_size > 0) {
      size_ = static_cast<std::size_t>(about.st_size);
      void* const bytes = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
      if (bytes != MAP_FAILED) bytes_ = static_cast<const std::byte*>(bytes);
    }
    close(descriptor);
  }
  object_file(const object_file&) = delete;
  object_file& operator=(const object_file&) = delete;
  ~object_file() {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): munmap takes it so
    if (bytes_ != nullptr) munmap(const_cast<std::byte*>(bytes_), size_);
  }

  // The name of the function that has the address, counted from where the file's addresses begin.
  std::string function_at(std::uintptr_t offset) const {
    const auto* head = at<ElfW(Ehdr)>(0, 1);
    if (head == nullptr || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return {};
    const auto* sections = at<ElfW(Shdr)>(head->e_shoff, head->e_shnum);
    for (std::size_t i = 0; sections != nullptr && i < head->e_shnum; ++i) {
      if (sections[i].sh_type != SHT_SYMTAB || sections[i].sh_link >= head->e_shnum) continue;
      const std::size_t count = sections[i].sh_size / sizeof(ElfW(Sym));
      const auto* symbols = at<ElfW(Sym)>(sections[i].sh_offset, count);
      if (symbols == nullptr) return {};
      for (std::size_t s = 0; s < count; ++s) {
        const bool function = (symbols[s].st_info & 0xf) == STT_FUNC;
        if (!function || offset - symbols[s].st_value >= symbols[s].st_size) continue;
        return text(sections[sections[i].sh_link], symbols[s].st_name);
      }
    }
    return {};
  }

 private:
  template <class T>
  const T* at(std::size_t offset, std::size_t count) const {
    if (bytes_ == nullptr || offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(bytes_ + offset);
  }
  std::string text(const ElfW(Shdr) & strings, std::size_t offset) const {
    if (offset >= strings.sh_size) return {};
    const char* const first = at<char>(strings.sh_offset + offset, strings.sh_size - offset);
    return first == nullptr ? std::string() : std::string(first, strnlen(first, strings.sh_size - offset));
  }

  const std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// A client is written over a policy P; a thread's function may be in the one that calls it.
std::string as_written(std::string function) {
  replace_all(function, "stillpoint::verify::explorer::policy", "P");
  replace_all(function, "> >", ">>");
  // Where a compiler made several functions of one: "[clone .isra.0]".
  function.erase(std::min(function.find(" [clone"), function.size()));
  // What constructs a client and calls its after() may contain both.
  constexpr std::string_view whole = "stillpoint::verify::explorer::run_client<";
  if (const std::size_t at = function.find(whole); at != std::string::npos) {
    const std::string name = function.substr(at + whole.size());
    return name.substr(0, name.find(", stillpoint::")) + ": its construction, after() or end";
  }
  constexpr std::string_view before = "stillpoint::verify::explorer::client_thread<";
  constexpr std::string_view behind = ">::run(void*)";
  if (function.starts_with(before) && function.ends_with(behind)) {
    function.erase(function.size() - behind.size());
    function = function.substr(before.size()) + "::thread(unsigned int)";
  }
  return function;
}

}  // namespace

// A name of one's own, as x, is also how a type is mangled: there, long long.
std::string demangled(const char* name) {
  if (!std::string_view(name).starts_with("_Z")) return name;
  int status = 0;
  char* const readable = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  if (readable == nullptr) return name;
  std::string text = readable;
  std::free(readable);
  return as_written(std::move(text));
}

void call_chain::collect(const void* from) {
  count = 0;
  interrupted = false;
  collecting now{*this, reinterpret_cast<std::uintptr_t>(from)};
  _Unwind_Backtrace(&add_address, &now);
}

void call_chain::collect_interrupted(std::uintptr_t address) {
  count = 0;
  interrupted = true;
  collecting now{*this, address};
  _Unwind_Backtrace(&add_address, &now);
  if (count == 0) addresses[count++] = address;
}

namespace {

code_place look_up(std::uintptr_t address) {
  code_place place;
  Dl_info about{};
  link_map* map = nullptr;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address in the text
  const void* const code = reinterpret_cast<const void*>(address);
  if (dladdr1(code, &about, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0 || map == nullptr) {
    return place;
  }
  place.system = !thread_locals::in_module(code);
  place.offset = address - map->l_addr;
  // The loader does not name the program itself.
  const bool program = map->l_name == nullptr || *map->l_name == '\0';
  const std::string file = program ? "/proc/self/exe" : map->l_name;
  const std::string_view shown = program ? about.dli_fname : map->l_name;
  place.module = shown.substr(shown.rfind('/') + 1);
  const std::string symbol = object_file(file.c_str()).function_at(place.offset);
  if (!symbol.empty()) {
    place.function = demangled(symbol.c_str());
  } else if (about.dli_sname != nullptr) {
    place.function = demangled(about.dli_sname);
  }
  return place;
}

}  // namespace

// A search may come by the same calls again and again.
code_place code_place_of(std::uintptr_t address) {
  static std::unordered_map<std::uintptr_t, code_place> known;
  const auto [at, is_new] = known.try_emplace(address);
  if (is_new) at->second = look_up(address);
  return at->second;
}

namespace {

bool is_engine(const std::string& function) {
  return function.starts_with("stillpoint::verify::explorer::machine::") ||
         function.starts_with("operator new") || function.starts_with("operator delete") ||
         function.starts_with("(anonymous namespace)::allocate(") ||
         function.starts_with("(anonymous namespace)::release(") ||
         function.starts_with("stillpoint::verify::explorer::call_chain::");
}

// By what client code has called the engine, while it stands for the system. Its templates are spelled
// "decltype (..."
bool is_way_in(const std::string& function) {
  constexpr std::array<std::string_view, 9> begins = {
      "stillpoint::verify::explorer::(anonymous namespace)::refuse",
      "stillpoint::verify::native::",
      "decltype ((&stillpoint::verify::",
      "stillpoint_explorer_",
      "pthread_",
      "sem_",
      "__tsan_",
      "mem",
      "str"};
  constexpr std::array<std::string_view, 8> names = {"malloc",         "calloc", "realloc",       "free",
                                                     "posix_memalign", "fork",   "aligned_alloc", "syscall"};
  const auto starts = [&](std::string_view begin) { return function.starts_with(begin); };
  return std::any_of(begins.begin(), begins.end(), starts) ||
         std::find(names.begin(), names.end(), function) != names.end();
}

}  // namespace

std::vector<code_place> client_calls(const call_chain& calls) {
  std::vector<code_place> places;
  for (std::size_t i = 0; i < calls.count; ++i) {
    // Behind a call may lie another function.
    const bool exact = i == 0 && calls.interrupted;
    code_place next = code_place_of(calls.addresses[i] - (exact ? 0 : 1));
    const bool engine = is_engine(next.function);
    const bool comes_in = engine || next.system || is_way_in(next.function);
    if (places.empty() && !calls.interrupted && comes_in) continue;
    if (engine) break;
    next.address = calls.addresses[i];
    next.exact = exact;
    places.push_back(std::move(next));
  }
  return places;
}

std::string text_of(const code_place& place) {
  if (!place.function.empty()) return place.function;
  if (place.module.empty()) return "an address outside of the program";
  constexpr char digits[] = "0123456789abcdef";
  std::string number;
  for (std::uintptr_t rest = place.offset; rest != 0; rest >>= 4) number.insert(0, 1, digits[rest & 15]);
  return place.module + "+0x" + number;
}

}  // namespace stillpoint::verify::explorer
