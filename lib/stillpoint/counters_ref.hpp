// SPDX-License-Identifier: BSL-1.0
//
// counters_ref: a shared handle to an array of counters whose kind was chosen at run time.
//
// For arrays whose kind is a setting, or that have no one owner: the handle is copied like a pointer, and the
// last one to go frees the array.
//
// Costs. One branch per call more than counters<Option>, and one allocation more; 8 bytes for the count of
// owners. A copy of a handle is a read-modify-write, its end another. Handles are never empty: a moved-from
// one is a copy.
//
// Do not use it where the kind is known and one owner outlives all use: use counters<Option>.
//
// Progress, assumptions and guarantees: as counters, and last_owner_frees. Copies and ends of handles are
// wait-free where fetch_add is. One handle is not to be assigned to by one thread while another uses it; each
// thread takes a copy. docs/counters.md says more.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/detail/counter_rows.hpp"
#include "stillpoint/detail/exception.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

enum class counters_kind : std::uint8_t { atomics, write_concurrency };

// Errors: std::invalid_argument if there is no kind of that name.
inline counters_kind counters_kind_named(std::string_view name) {
  if (name == "write_concurrency") return counters_kind::write_concurrency;
  if (name != "atomics") [[unlikely]] {
    detail::fail<std::invalid_argument>("counters: unknown option '" + std::string(name) +
                                        "'; valid options are 'atomics' and 'write_concurrency'");
  }
  return counters_kind::atomics;
}

template <atomics_policy P>
class basic_counters_ref {
  template <class Option>
  using array_of = counters<Option, P>;

 public:
  // All zero, and owned by this handle. Errors: as those of counters, and std::invalid_argument if `kind` is
  // none.
  explicit basic_counters_ref(std::size_t size, counters_kind kind = counters_kind::atomics)
      : owned_(make(size, kind)) {}
  basic_counters_ref(const basic_counters_ref& other) noexcept : owned_(other.owned_) {
    // relaxed: the handle that is copied keeps the array alive, and whoever passes on the copy orders it.
    owned_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  basic_counters_ref& operator=(const basic_counters_ref& other) noexcept {
    basic_counters_ref copy(other);
    std::swap(owned_, copy.owned_);
    return *this;
  }
  ~basic_counters_ref() {
    // release: what this owner did with the array happens before it is freed. acquire: pairs with the release
    // of every other owner, if this one is the last. With either missing the array could be freed under
    // another's call.
    if (owned_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) P::destroy(owned_);
  }

  // Each call as that of counters.
  template <counter_number N, counter_index I>
  void add(I index, N n) const {
    visit([=](auto& array) { array.add(index, n); });
  }
  template <counter_number N, counter_index I>
  void sub(I index, N n) const {
    visit([=](auto& array) { array.sub(index, n); });
  }
  template <counter_index I>
  std::int64_t get(I index) const {
    return visit([=](const auto& array) { return array.get(index); });
  }
  template <counter_number N, counter_index I>
  void put(I index, N value) const {
    visit([=](auto& array) { array.put(index, value); });
  }
  template <counter_number N, counter_index I>
  std::int64_t exchange(I index, N value) const {
    return visit([=](auto& array) { return array.template exchange<N>(index, value); });
  }
  template <counter_index I>
  [[nodiscard]] std::int64_t take(I index) const {
    return visit([=](auto& array) { return array.take(index); });
  }
  template <std::invocable<std::size_t, std::int64_t> F>
  void for_each(F&& f) const {
    visit([&f](const auto& array) { array.for_each(std::forward<F>(f)); });
  }
  void snapshot(std::span<std::int64_t> values) const {
    visit([=](const auto& array) { array.snapshot(values); });
  }
  [[nodiscard]] std::vector<std::int64_t> snapshot() const {
    return visit([](const auto& array) { return array.snapshot(); });
  }
  void clear() const {
    visit([](auto& array) { array.clear(); });
  }
  std::size_t size() const noexcept {
    return visit([](const auto& array) { return array.size(); });
  }

  // `memory` counts also what the handles share.
  counters_info info() const noexcept {
    counters_info all = visit([](const auto& array) { return array.info(); });
    all.memory += sizeof(shared);
    return all;
  }

  counters_kind kind() const noexcept {
    return std::holds_alternative<array_of<atomics>>(owned_->array) ? counters_kind::atomics
                                                                    : counters_kind::write_concurrency;
  }

  // Whether both are handles to the same array.
  friend bool operator==(const basic_counters_ref&, const basic_counters_ref&) = default;

 private:
  struct shared {
    template <class Option>
    shared(std::in_place_type_t<array_of<Option>> kind, std::size_t size) : array(kind, size) {}

    typename P::template atomic<std::size_t> owners{std::size_t{1}};
    std::variant<array_of<atomics>, array_of<write_concurrency>> array;
  };

  static shared* make(std::size_t size, counters_kind kind) {
    switch (kind) {
      case counters_kind::atomics:
        return P::template create<shared>(std::in_place_type<array_of<atomics>>, size);
      case counters_kind::write_concurrency:
        return P::template create<shared>(std::in_place_type<array_of<write_concurrency>>, size);
    }
    detail::fail<std::invalid_argument>("counters: unknown option " +
                                        std::to_string(static_cast<unsigned>(kind)) +
                                        "; valid options are 0 (atomics) and 1 (write_concurrency)");
  }

  template <class F>
  decltype(auto) visit(F f) const {
    if (auto* const array = std::get_if<array_of<atomics>>(&owned_->array)) return f(*array);
    return f(*std::get_if<array_of<write_concurrency>>(&owned_->array));
  }

  shared* owned_;
};

using counters_ref = basic_counters_ref<std_policy>;

// Errors: std::invalid_argument if size is 0 or the option unknown, std::length_error if so many counters
// cannot be allocated.
[[nodiscard]] inline counters_ref new_counters(std::size_t size,
                                               counters_kind option = counters_kind::atomics) {
  return counters_ref(size, option);
}
[[nodiscard]] inline counters_ref new_counters(std::size_t size, std::string_view option) {
  return counters_ref(size, counters_kind_named(option));
}

}  // namespace stillpoint

#pragma GCC diagnostic pop
