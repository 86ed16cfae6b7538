// SPDX-License-Identifier: BSL-1.0
//
// Which memory of the program is atomic. An atomic comes to life without a word: a constructor is a plain
// write. So it is known from the first atomic access on, and the search begins anew then: a plain write to
// memory that is known to be atomic begins the life of a place of the graph; where there was none, the main
// thread made it before all else. Memory may be another atomic's later, of another size: that begins with a
// plain write, too, and from then on only one of both is used.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <source_location>
#include <utility>
#include <vector>

#include "verify/explorer/machine/machine.hpp"
#include "verify/native/shadow.hpp"

namespace stillpoint::verify::native {

class places {
 public:
  // Forgets what is known of another program's memory.
  void begin_search();
  // On the main thread, before all else.
  void begin_execution(explorer::machine& m);

  // The place that lies there; `plain` knows whether the memory was written in this execution, as far as that
  // can be seen.
  explorer::location_id at(explorer::machine& m, std::uintptr_t address, std::size_t size, shadow& plain,
                           std::source_location where);
  // A plain write to memory that is atomic, which takes place after the call.
  void about_to_write(std::uintptr_t address, std::size_t size, std::source_location where);
  // What was about to be written is.
  void settle(explorer::machine& m);
  // The memory is given back.
  void end(explorer::machine& m, std::uintptr_t address, std::size_t size, std::source_location where);
  bool is_atomic(std::uintptr_t address, std::size_t size) const {
    return may_be_atomic(address, size) && is_known(address, size);
  }

  // What the memory holds now that the place has this value.
  void put(std::uintptr_t address, std::size_t size, std::uint64_t value);

  // The number that the place's value is for the machine.
  static std::uint64_t read(std::uintptr_t address, std::size_t size);
  static void write(std::uintptr_t address, std::size_t size, std::uint64_t value);

 private:
  // By address and size: two that overlap may live one after the other.
  using span = std::pair<std::uintptr_t, std::size_t>;
  struct known {
    // It has this value from the start; unset if a plain write constructs it.
    std::optional<std::uint64_t> initial;
  };
  struct living {
    explorer::location_id place;
    // What the memory holds, unless somebody else has changed it.
    std::uint64_t held;
    // By an atomic operation, since it was constructed.
    bool used = false;
    std::uint64_t execution = 0;
  };
  // A plain write to a place, or to a part of it, constructs it anew.
  struct construction {
    span what;
    std::source_location where;
  };

  // A quick look, which errs on the safe side: most plain memory is nowhere near.
  static constexpr std::size_t granule = 8;
  bool may_be_atomic(std::uintptr_t address, std::size_t size) const {
    const std::uintptr_t last = (address + size - 1) / granule;
    for (std::uintptr_t g = address / granule; g <= last; ++g) {
      if (near_[g % near_.size()]) return true;
    }
    return false;
  }
  bool is_known(std::uintptr_t address, std::size_t size) const;

  template <class F>
  void for_each_known(std::uintptr_t address, std::size_t size, const F& f) const;
  living* find(span what) {
    recent& here = recent_[(what.first ^ what.second) % recent_.size()];
    if (here.what != what || here.found == nullptr) {
      const auto found = alive_.find(what);
      if (found == alive_.end()) return nullptr;
      here = {what, &found->second};
    }
    return here.found->execution == execution_ ? here.found : nullptr;
  }
  void begin(explorer::machine& m, span what, std::uint64_t value, std::source_location where);
  static std::uint64_t value_in(span what);
  void require_one_size(explorer::machine& m, span what, std::source_location where);
  [[noreturn]] void learn(explorer::machine& m, span what, bool written, std::source_location where);

  std::map<span, known> known_;
  // Of the known ones' granules, by their numbers' last bits.
  std::bitset<4096> near_;
  // Those that no later execution has are of no account.
  std::map<span, living> alive_;
  std::uint64_t execution_ = 0;
  struct recent {
    span what;
    living* found = nullptr;
  };
  std::array<recent, 512> recent_;
  // Some of the known ones are not of one size, where they overlap.
  bool some_overlap_ = false;
  std::vector<construction> constructions_;
  // Executions that were given up because of an atomic that had not been known.
  std::size_t learned_in_a_row_ = 0;
  bool learned_ = false;
};

}  // namespace stillpoint::verify::native
