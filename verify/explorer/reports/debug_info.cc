// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/debug_info.hpp"

#if __has_include(<elfutils/libdwfl.h>)

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "verify/explorer/machine/calls.hpp"

namespace stillpoint::verify::explorer {

namespace {

using form = value_type::form;

std::optional<Dwarf_Die> type_of(Dwarf_Die die) {
  Dwarf_Attribute attribute;
  Dwarf_Die type;
  if (dwarf_attr_integrate(&die, DW_AT_type, &attribute) == nullptr) return std::nullopt;
  if (dwarf_formref_die(&attribute, &type) == nullptr) return std::nullopt;
  return type;
}

// What typedefs, const and volatile stand before; a declaration alone says nothing.
std::optional<Dwarf_Die> bare(std::optional<Dwarf_Die> type) {
  Dwarf_Die stripped;
  if (!type || dwarf_peel_type(&*type, &stripped) != 0) return std::nullopt;
  return stripped;
}

std::string name_of(Dwarf_Die die) {
  const char* const name = dwarf_diename(&die);
  return name == nullptr ? "" : name;
}

std::uint64_t number_of(Dwarf_Die die, unsigned attribute, std::uint64_t otherwise) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  if (dwarf_attr_integrate(&die, attribute, &found) == nullptr) return otherwise;
  return dwarf_formudata(&found, &value) == 0 ? value : otherwise;
}

std::size_t size_of(Dwarf_Die type) {
  Dwarf_Word size = 0;
  return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

template <class F>
void for_each_child(Dwarf_Die parent, const F& f) {
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return;
  do f(child);
  while (dwarf_siblingof(&child, &child) == 0);
}

std::string declared_in(Dwarf_Die die) {
  const char* const file = dwarf_decl_file(&die);
  return file == nullptr ? "" : file;
}

bool is_class(Dwarf_Die type) {
  const int tag = dwarf_tag(&type);
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

// The policy's own atomic, plain and mutex.
bool is_place(Dwarf_Die type) {
  return is_class(type) && declared_in(type).find("verify/explorer/policy/") != std::string::npos;
}

// A library's own members say nothing to its users.
std::string shown_name(Dwarf_Die owner, Dwarf_Die member) {
  const std::string name = name_of(member);
  if (name.empty() || dwarf_tag(&member) == DW_TAG_inheritance) return {};
  return name[0] == '_' && declared_in(owner).starts_with("/usr/") ? "" : "." + name;
}

bool lies_in_objects(Dwarf_Die member) {
  Dwarf_Attribute attribute;
  const int tag = dwarf_tag(&member);
  if (tag != DW_TAG_member && tag != DW_TAG_inheritance) return false;
  return dwarf_attr(&member, DW_AT_external, &attribute) == nullptr;
}

// How many elements, by dimension.
std::vector<std::size_t> dimensions(Dwarf_Die array) {
  std::vector<std::size_t> counts;
  for_each_child(array, [&](Dwarf_Die range) {
    if (dwarf_tag(&range) != DW_TAG_subrange_type) return;
    const std::uint64_t last = number_of(range, DW_AT_upper_bound, 0);
    counts.push_back(number_of(range, DW_AT_count, last + 1));
  });
  return counts;
}

std::optional<std::string> path_in(Dwarf_Die type, std::size_t offset, bool innermost);

std::optional<std::string> path_in_array(Dwarf_Die array, std::size_t offset, bool innermost) {
  const auto element = bare(type_of(array));
  if (!element) return std::nullopt;
  const std::size_t size = size_of(*element);
  if (size == 0) return std::nullopt;
  std::size_t index = offset / size;
  std::string text;
  const std::vector<std::size_t> counts = dimensions(array);
  for (std::size_t i = counts.size(); i-- > 0;) {
    const std::size_t count = i == 0 || counts[i] == 0 ? index + 1 : counts[i];
    text.insert(0, "[" + std::to_string(index % count) + "]");
    index /= count;
  }
  const auto rest = path_in(*element, offset % size, innermost);
  if (!rest) return std::nullopt;
  return text + *rest;
}

// An empty base may lie where a member does.
std::optional<std::string> path_in_class(Dwarf_Die type, std::size_t offset, bool innermost) {
  bool found = offset == 0;
  std::string best;
  for_each_child(type, [&](Dwarf_Die member) {
    if (!lies_in_objects(member)) return;
    const auto kind = bare(type_of(member));
    const std::size_t begin = number_of(member, DW_AT_data_member_location, 0);
    if (!kind || offset < begin || offset - begin >= size_of(*kind)) return;
    const auto rest = path_in(*kind, offset - begin, innermost);
    if (!rest) return;
    found = true;
    if (best.empty()) best = shown_name(type, member) + *rest;
  });
  if (!found) return std::nullopt;
  return best;
}

std::optional<std::string> path_in(Dwarf_Die type, std::size_t offset, bool innermost) {
  if (is_place(type) || (offset == 0 && !innermost)) return "";
  // The system's, as pthread_mutex_t is: its bytes by other names.
  if (dwarf_tag(&type) == DW_TAG_union_type && declared_in(type).starts_with("/usr/")) return "";
  if (is_class(type)) return path_in_class(type, offset, innermost);
  if (dwarf_tag(&type) == DW_TAG_array_type) return path_in_array(type, offset, innermost);
  return offset == 0 ? std::optional<std::string>("") : std::nullopt;
}

form form_of_base(Dwarf_Die type) {
  switch (number_of(type, DW_AT_encoding, 0)) {
    case DW_ATE_boolean:
      return form::boolean;
    case DW_ATE_signed:
    case DW_ATE_signed_char:
      return form::signed_number;
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
      return form::unsigned_number;
    case DW_ATE_float:
      return size_of(type) <= sizeof(double) ? form::real : form::bytes;
    default:
      return form::bytes;
  }
}

// "phase::idle" of an enum class.
void add_enumerators(Dwarf_Die type, type_part& part) {
  Dwarf_Attribute attribute;
  const bool scoped = dwarf_attr(&type, DW_AT_enum_class, &attribute) != nullptr;
  for_each_child(type, [&](Dwarf_Die value) {
    if (dwarf_tag(&value) != DW_TAG_enumerator) return;
    const std::uint64_t number = number_of(value, DW_AT_const_value, 0);
    const std::uint64_t mask = part.size < 8 ? (std::uint64_t{1} << (8 * part.size)) - 1 : ~std::uint64_t{0};
    part.enumerators.emplace_back(number & mask, (scoped ? name_of(type) + "::" : "") + name_of(value));
  });
}

// False if there is something that cannot be shown so.
bool add_parts(Dwarf_Die type, const std::string& path, std::size_t offset, std::vector<type_part>& into) {
  constexpr std::size_t most = 16;
  if (into.size() == most) return false;
  type_part part{path, offset, form::bytes, size_of(type), {}};
  switch (dwarf_tag(&type)) {
    case DW_TAG_base_type:
      part.is = form_of_base(type);
      break;
    case DW_TAG_pointer_type:
      part.is = form::pointer;
      break;
    case DW_TAG_enumeration_type: {
      const auto underlying = bare(type_of(type));
      part.is = underlying ? form_of_base(*underlying) : form::unsigned_number;
      add_enumerators(type, part);
      break;
    }
    case DW_TAG_structure_type:
    case DW_TAG_class_type: {
      bool all = true;
      for_each_child(type, [&](Dwarf_Die member) {
        if (!lies_in_objects(member)) return;
        const auto kind = bare(type_of(member));
        Dwarf_Attribute bits;
        all = all && kind && dwarf_attr(&member, DW_AT_bit_size, &bits) == nullptr;
        // An empty base has no parts.
        if (all) {
          all = add_parts(*kind, path + shown_name(type, member),
                          offset + number_of(member, DW_AT_data_member_location, 0), into);
        }
      });
      return all;
    }
    default:
      return false;
  }
  if (part.is == form::bytes || part.size > sizeof(std::uint64_t)) return false;
  into.push_back(std::move(part));
  return true;
}

// The number, pointer or enumeration that begins at the offset.
std::optional<type_part> part_at(Dwarf_Die type, std::size_t offset) {
  if (dwarf_tag(&type) == DW_TAG_array_type) {
    const auto element = bare(type_of(type));
    if (!element || size_of(*element) == 0) return std::nullopt;
    return part_at(*element, offset % size_of(*element));
  }
  std::optional<type_part> found;
  if (is_class(type)) {
    for_each_child(type, [&](Dwarf_Die member) {
      if (found || !lies_in_objects(member)) return;
      const auto kind = bare(type_of(member));
      const std::size_t begin = number_of(member, DW_AT_data_member_location, 0);
      if (kind && offset >= begin && offset - begin < size_of(*kind)) found = part_at(*kind, offset - begin);
    });
    return found;
  }
  std::vector<type_part> parts;
  if (offset == 0 && add_parts(type, "", 0, parts)) found = parts.front();
  return found;
}

// A file for as long as this lives; negative if it could not be had.
class descriptor {
 public:
  explicit descriptor(int file) : file_(file) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (file_ >= 0) close(file_);
  }
  int get() const { return file_; }
  int release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

bool read_at(int file, std::size_t at, void* to, std::size_t size) {
  return pread(file, to, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
}

struct section_names {
  std::size_t at = 0;
  std::string text;
};

// Of an object file's sections.
section_names section_names_of(int object) {
  ElfW(Ehdr) head{};
  ElfW(Shdr) about{};
  if (!read_at(object, 0, &head, sizeof head)) return {};
  if (!read_at(object, head.e_shoff + std::size_t{head.e_shstrndx} * sizeof about, &about, sizeof about)) {
    return {};
  }
  section_names names{about.sh_offset, std::string(about.sh_size, '\0')};
  if (!read_at(object, names.at, names.text.data(), names.text.size())) return {};
  return names;
}

bool copy_whole(int from, int to) {
  for (;;) {
    constexpr std::size_t most = std::size_t{1} << 30;
    const ssize_t size = sendfile(to, from, nullptr, most);
    if (size <= 0) return size == 0;
  }
}

// The program as a file in which debug information has its usual names: see verify/kept_debug_info.bzl. That
// is a copy in memory, unless it has them already. Negative if there can be none.
int program_with_usual_names() {
  descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  section_names names = section_names_of(program.get());
  constexpr std::string_view kept = ".kebug_";
  constexpr std::string_view usual = ".debug_";
  bool any = false;
  for (std::size_t i = 0; (i = names.text.find(kept, i)) != std::string::npos; any = true) {
    names.text.replace(i, kept.size(), usual);
  }
  if (!any) return program.release();
  descriptor copy(memfd_create("program", MFD_CLOEXEC));
  if (copy.get() < 0 || !copy_whole(program.get(), copy.get())) return -1;
  const ssize_t written =
      pwrite(copy.get(), names.text.data(), names.text.size(), static_cast<off_t>(names.at));
  return written == static_cast<ssize_t>(names.text.size()) ? copy.release() : -1;
}

// How far the program lies from where its own addresses are.
std::uintptr_t load_address() {
  std::uintptr_t address = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* about, std::size_t, void* result) {
        *static_cast<std::uintptr_t*>(result) = about->dlpi_addr;
        // The program comes first.
        return 1;
      },
      &address);
  return address;
}

// Only what the program itself contains.
int find_no_other_file(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word,
                       char**) {
  return -1;
}

}  // namespace

struct debug_info::reader {
  reader() {
    static char* no_path = nullptr;
    static const Dwfl_Callbacks callbacks = {.find_elf = &dwfl_linux_proc_find_elf,
                                             .find_debuginfo = &find_no_other_file,
                                             .section_address = nullptr,
                                             .debuginfo_path = &no_path};
    all = dwfl_begin(&callbacks);
    if (all == nullptr) return;
    const int program = program_with_usual_names();
    dwfl_report_begin(all);
    const bool reported = program >= 0 && dwfl_report_elf(all, "program", "/proc/self/exe", program,
                                                          load_address(), true) != nullptr;
    if (!reported && program >= 0) close(program);
    dwfl_report_end(all, nullptr, nullptr);
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() {
    if (all != nullptr) dwfl_end(all);
  }

  Dwfl_Module* module_of(std::uintptr_t address) const {
    return all == nullptr ? nullptr : dwfl_addrmodule(all, address);
  }

  // The types that variables stand for, of one module.
  void read_types(Dwfl_Module* from) {
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = nullptr;
    while ((unit = dwfl_module_nextcu(from, unit, &bias)) != nullptr) read_types_in(*unit, bias);
  }

  std::optional<Dwarf_Die> type_of_value(const value_type& type) {
    const auto address = reinterpret_cast<std::uintptr_t>(&type);
    Dwfl_Module* const from = module_of(address);
    if (from == nullptr) return std::nullopt;
    if (modules_read_.insert(from).second) read_types(from);
    const auto found = types_.find(address);
    return found == types_.end() ? std::nullopt : bare(found->second);
  }

  // Of the variable that begins there.
  std::optional<Dwarf_Die> type_of_static(Dwfl_Module* from, std::uintptr_t address) {
    if (statics_read_.insert(from).second) {
      Dwarf_Addr bias = 0;
      Dwarf_Die* unit = nullptr;
      while ((unit = dwfl_module_nextcu(from, unit, &bias)) != nullptr) read_statics(*unit, bias);
    }
    const auto found = statics_.find(address);
    return found == statics_.end() ? std::nullopt : bare(type_of(found->second));
  }

  // The functions, blocks and inlined calls that contain an address, innermost first; and where addresses are
  // counted from.
  struct scopes {
    std::vector<Dwarf_Die> all;
    Dwarf_Die unit{};
    Dwarf_Addr bias = 0;
  };
  scopes scopes_of(std::uintptr_t address) {
    scopes found;
    Dwarf_Die* const unit = unit_of(address, found.bias);
    if (unit == nullptr) return found;
    found.unit = *unit;
    const Dwarf_Addr at = address - found.bias;
    for (Dwarf_Die function : functions_of(*unit)) {
      if (dwarf_haspc(&function, at) != 1) continue;
      found.all.push_back(function);
      add_blocks(function, at, found.all);
      std::reverse(found.all.begin(), found.all.end());
      break;
    }
    return found;
  }

  Dwfl* all = nullptr;

 private:
  // clang leaves out the table that leads from addresses to units.
  Dwarf_Die* unit_of(std::uintptr_t address, Dwarf_Addr& bias) const {
    Dwfl_Module* const from = module_of(address);
    if (from == nullptr) return nullptr;
    Dwarf_Die* unit = dwfl_module_addrdie(from, address, &bias);
    if (unit != nullptr) return unit;
    while ((unit = dwfl_module_nextcu(from, unit, &bias)) != nullptr) {
      if (dwarf_haspc(unit, address - bias) == 1) return unit;
    }
    return nullptr;
  }

  // A function may stand within another one, whose text does not contain its own: a lambda does.
  const std::vector<Dwarf_Die>& functions_of(Dwarf_Die unit) {
    const auto [at, is_new] = functions_.try_emplace(dwarf_dieoffset(&unit));
    if (is_new) add_functions(unit, at->second);
    return at->second;
  }
  static void add_functions(Dwarf_Die parent, std::vector<Dwarf_Die>& all) {
    for_each_child(parent, [&](Dwarf_Die die) {
      Dwarf_Addr base = 0;
      Dwarf_Addr begin = 0;
      Dwarf_Addr end = 0;
      const bool has_text =
          dwarf_tag(&die) == DW_TAG_subprogram && dwarf_ranges(&die, 0, &base, &begin, &end) > 0;
      if (has_text) all.push_back(die);
      add_functions(die, all);
    });
  }
  // The blocks and inlined calls in it that contain the address, outermost first.
  static void add_blocks(Dwarf_Die parent, Dwarf_Addr at, std::vector<Dwarf_Die>& all) {
    for_each_child(parent, [&](Dwarf_Die die) {
      const int tag = dwarf_tag(&die);
      if (tag != DW_TAG_lexical_block && tag != DW_TAG_inlined_subroutine) return;
      if (dwarf_haspc(&die, at) != 1) return;
      all.push_back(die);
      add_blocks(die, at, all);
    });
  }

  void read_types_in(Dwarf_Die parent, Dwarf_Addr bias) {
    for_each_child(parent, [&](Dwarf_Die die) {
      if (dwarf_tag(&die) == DW_TAG_namespace) return read_types_in(die, bias);
      if (dwarf_tag(&die) == DW_TAG_variable) read_variable(die, bias);
    });
  }

  // Those of functions are among them.
  void read_statics(Dwarf_Die parent, Dwarf_Addr bias) {
    for_each_child(parent, [&](Dwarf_Die die) {
      if (dwarf_tag(&die) == DW_TAG_variable) {
        if (const auto address = fixed_address(die)) statics_.emplace(*address + bias, die);
      }
      read_statics(die, bias);
    });
  }

  static std::optional<Dwarf_Addr> fixed_address(Dwarf_Die die) {
    Dwarf_Attribute attribute;
    Dwarf_Op* operations = nullptr;
    std::size_t count = 0;
    if (dwarf_attr(&die, DW_AT_location, &attribute) == nullptr) return {};
    if (dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1) return {};
    Dwarf_Addr address = operations[0].number;
    if (operations[0].atom == DW_OP_addr) return address;
    Dwarf_Attribute pointed;
    if (dwarf_getlocation_attr(&attribute, operations, &pointed) != 0) return {};
    if (dwarf_formaddr(&pointed, &address) != 0) return {};
    return address;
  }

  void read_variable(Dwarf_Die die, Dwarf_Addr bias) {
    const char* const name = dwarf_diename(&die);
    if (name == nullptr || !std::string_view(name).starts_with("described")) return;
    const auto address = fixed_address(die);
    if (!address) return;
    const auto owner = bare(type_of(die));
    if (!owner) return;
    for_each_child(*owner, [&](Dwarf_Die member) {
      if (dwarf_tag(&member) != DW_TAG_member || name_of(member) != "witness") return;
      const auto pointer = bare(type_of(member));
      const auto target = pointer ? type_of(*pointer) : std::nullopt;
      if (target) types_.emplace(*address + bias, *target);
    });
  }

  std::map<std::uintptr_t, Dwarf_Die> types_;
  std::map<Dwarf_Off, std::vector<Dwarf_Die>> functions_;
  std::set<Dwfl_Module*> modules_read_;
  std::map<std::uintptr_t, Dwarf_Die> statics_;
  std::set<Dwfl_Module*> statics_read_;
};

debug_info::debug_info() : reader_(std::make_shared<reader>()) {}

std::optional<std::string> debug_info::path(const value_type& type, std::size_t offset, choice which) const {
  const auto known = reader_->type_of_value(type);
  return known ? path_in(*known, offset, which == choice::innermost) : std::nullopt;
}

std::vector<type_part> debug_info::parts(const value_type& type) const {
  std::vector<type_part> all;
  const auto known = reader_->type_of_value(type);
  if (!known || !add_parts(*known, "", 0, all)) all.clear();
  return all;
}

std::string debug_info::static_variable(std::uintptr_t address) const {
  Dwfl_Module* const from = reader_->module_of(address);
  GElf_Off offset = 0;
  GElf_Sym symbol{};
  const char* const name =
      from == nullptr ? nullptr
                      : dwfl_module_addrinfo(from, address, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name == nullptr || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || offset >= symbol.st_size) return {};
  const auto type = reader_->type_of_static(from, address - offset);
  const auto path = type ? path_in(*type, offset, true) : std::nullopt;
  return demangled(name) + (path ? *path : offset == 0 ? "" : "+" + std::to_string(offset));
}

std::optional<type_part> debug_info::static_part(std::uintptr_t address) const {
  Dwfl_Module* const from = reader_->module_of(address);
  GElf_Off offset = 0;
  GElf_Sym symbol{};
  if (from == nullptr ||
      dwfl_module_addrinfo(from, address, &offset, &symbol, nullptr, nullptr, nullptr) == nullptr) {
    return std::nullopt;
  }
  const auto type = reader_->type_of_static(from, address - offset);
  return type ? part_at(*type, offset) : std::nullopt;
}

namespace {

// What a function's variables are found from: where its frame begins, or the value that its frame pointer or
// its stack pointer has. Zero if it is something else.
std::uintptr_t frame_base(const std::vector<Dwarf_Die>& scopes, const call_frame& call,
                          std::uintptr_t stack_pointer) {
  for (Dwarf_Die scope : scopes) {
    Dwarf_Attribute attribute;
    Dwarf_Op* operations = nullptr;
    std::size_t count = 0;
    if (dwarf_tag(&scope) != DW_TAG_subprogram) continue;
    if (dwarf_attr_integrate(&scope, DW_AT_frame_base, &attribute) == nullptr) return 0;
    if (dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1) return 0;
    if (operations[0].atom == DW_OP_call_frame_cfa) return call.frame;
#if defined(__x86_64__)
    // Behind the return address, rbp is saved, and points to where.
    if (operations[0].atom == DW_OP_reg6) return call.frame - 2 * sizeof(std::uintptr_t);
    if (operations[0].atom == DW_OP_reg7) return stack_pointer;
#endif
    return 0;
  }
  return 0;
}

// Where a variable lies, if that is a fixed distance from its function's base.
std::optional<std::uintptr_t> address_of(Dwarf_Die variable, Dwarf_Addr at, std::uintptr_t base) {
  Dwarf_Attribute attribute;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_attr_integrate(&variable, DW_AT_location, &attribute) == nullptr) return std::nullopt;
  if (dwarf_getlocation_addr(&attribute, at, &operations, &count, 1) != 1 || count != 1) return std::nullopt;
  if (operations[0].atom != DW_OP_fbreg) return std::nullopt;
  return base + operations[0].number;
}

std::optional<local_variable> variable_in(const std::vector<Dwarf_Die>& scopes, Dwarf_Addr at,
                                          std::uintptr_t base, std::uintptr_t address) {
  std::optional<local_variable> found;
  for (const Dwarf_Die& scope : scopes) {
    for_each_child(scope, [&](Dwarf_Die die) {
      const int tag = dwarf_tag(&die);
      if (found || (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter)) return;
      const auto begin = address_of(die, at, base);
      const auto type = bare(type_of(die));
      if (!begin || !type || address < *begin || address - *begin >= size_of(*type)) return;
      const auto path = path_in(*type, address - *begin, true);
      const std::string name = name_of(die);
      if (path && !name.empty()) {
        found = {name, *begin, size_of(*type), *path, part_at(*type, address - *begin)};
      }
    });
  }
  return found;
}

}  // namespace

std::optional<local_variable> debug_info::local(const std::vector<call_frame>& calls,
                                                std::uintptr_t address) const {
  std::uintptr_t stack_pointer = 0;
  for (const call_frame& call : calls) {
    // Where the frame of a function begins, its caller's stack pointer was.
    const std::uintptr_t own_stack_pointer = std::exchange(stack_pointer, call.frame);
    if (call.frame <= address) continue;
    const reader::scopes around = reader_->scopes_of(call.address - 1);
    const std::uintptr_t base = frame_base(around.all, call, own_stack_pointer);
    if (base == 0) continue;
    if (const auto found = variable_in(around.all, call.address - 1 - around.bias, base, address))
      return found;
  }
  return std::nullopt;
}

namespace {

// What a pointer or a reference leads to, if that is a class of the program's own.
std::optional<Dwarf_Die> pointed_class(Dwarf_Die variable) {
  auto type = bare(type_of(variable));
  if (!type) return std::nullopt;
  const int tag = dwarf_tag(&*type);
  if (tag != DW_TAG_pointer_type && tag != DW_TAG_reference_type && tag != DW_TAG_rvalue_reference_type) {
    return std::nullopt;
  }
  auto target = bare(type_of(*type));
  if (!target || !is_class(*target) || name_of(*target).empty()) return std::nullopt;
  if (declared_in(*target).starts_with("/usr/")) return std::nullopt;
  return target;
}

std::optional<pointed_member> member_at(Dwarf_Die type, const untyped_access& access) {
  const std::size_t size = size_of(type);
  if (size == 0 || access.block_size % size != 0) return std::nullopt;
  const std::size_t offset = access.offset % size;
  const auto path = path_in(type, offset, true);
  auto part = part_at(type, offset);
  if (!path || path->empty() || !part || part->size != access.size) return std::nullopt;
  const bool is_array = access.block_size != size;
  return pointed_member{name_of(type), is_array ? "[" + std::to_string(access.offset / size) + "]" : "",
                        *path, std::move(part)};
}

}  // namespace

std::optional<pointed_member> debug_info::pointed(const std::vector<call_frame>& calls,
                                                  const untyped_access& access) const {
  std::optional<pointed_member> found;
  for (const call_frame& call : calls) {
    for (const Dwarf_Die& scope : reader_->scopes_of(call.address - 1).all) {
      for_each_child(scope, [&](Dwarf_Die die) {
        const int tag = dwarf_tag(&die);
        if (found || (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter)) return;
        if (const auto type = pointed_class(die)) found = member_at(*type, access);
      });
      if (found) return found;
    }
  }
  return found;
}

namespace {

std::string without_sandbox(const char* file) {
  constexpr std::string_view sandbox = "/proc/self/cwd/";
  const std::string_view text = file;
  return std::string(text.starts_with(sandbox) ? text.substr(sandbox.size()) : text);
}

}  // namespace

std::vector<source_line> debug_info::lines(std::uintptr_t return_address) const {
  std::vector<source_line> all;
  const std::uintptr_t address = return_address - 1;
  reader::scopes around = reader_->scopes_of(address);
  Dwarf_Line* const first =
      around.all.empty() ? nullptr : dwarf_getsrc_die(&around.unit, address - around.bias);
  int line = 0;
  if (first == nullptr || dwarf_lineno(first, &line) != 0) return all;
  all.push_back({without_sandbox(dwarf_linesrc(first, nullptr, nullptr)), static_cast<unsigned>(line)});
  Dwarf_Files* files = nullptr;
  if (dwarf_getsrcfiles(&around.unit, &files, nullptr) != 0) return all;
  for (const Dwarf_Die& scope : around.all) {
    Dwarf_Die die = scope;
    if (dwarf_tag(&die) != DW_TAG_inlined_subroutine) continue;
    const char* const file = dwarf_filesrc(files, number_of(die, DW_AT_call_file, 0), nullptr, nullptr);
    const auto number = static_cast<unsigned>(number_of(die, DW_AT_call_line, 0));
    if (file != nullptr && number != 0) all.push_back({without_sandbox(file), number});
  }
  return all;
}

const debug_info& debug_info::of_program() {
  static const debug_info program;
  return program;
}

}  // namespace stillpoint::verify::explorer

#else

namespace stillpoint::verify::explorer {

struct debug_info::reader {};

debug_info::debug_info() = default;

std::optional<std::string> debug_info::path(const value_type&, std::size_t, choice) const {
  return std::nullopt;
}
std::vector<type_part> debug_info::parts(const value_type&) const {
  return {};
}
std::string debug_info::static_variable(std::uintptr_t) const {
  return {};
}
std::optional<type_part> debug_info::static_part(std::uintptr_t) const {
  return std::nullopt;
}
std::optional<local_variable> debug_info::local(const std::vector<call_frame>&, std::uintptr_t) const {
  return std::nullopt;
}
std::vector<source_line> debug_info::lines(std::uintptr_t) const {
  return {};
}

const debug_info& debug_info::of_program() {
  static const debug_info program;
  return program;
}

}  // namespace stillpoint::verify::explorer

#endif
