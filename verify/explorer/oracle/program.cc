// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/program.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace stillpoint::verify::oracle {
namespace {

constexpr std::string_view atomic_names = "xyzwvu";
constexpr std::string_view plain_names = "pqs";
constexpr std::string_view mutex_names = "mn";
constexpr std::string_view condition_names = "cd";
static_assert(atomic_names.size() == max_atomics && plain_names.size() == max_plains &&
              mutex_names.size() == max_mutexes && condition_names.size() == max_conditions);

constexpr std::array<std::pair<operation, std::string_view>, 20> operation_names{{
    {operation::load, "load"},
    {operation::store, "store"},
    {operation::exchange, "exchange"},
    {operation::fetch_add, "fetch_add"},
    {operation::fetch_sub, "fetch_sub"},
    {operation::fetch_and, "fetch_and"},
    {operation::fetch_or, "fetch_or"},
    {operation::cas_strong, "cas_strong"},
    {operation::cas_weak, "cas_weak"},
    {operation::await, "await"},
    {operation::fence, "fence"},
    {operation::light_fence, "light_fence"},
    {operation::heavy_fence, "heavy_fence"},
    {operation::plain_read, "read"},
    {operation::plain_write, "write"},
    {operation::lock, "lock"},
    {operation::unlock, "unlock"},
    {operation::wait, "wait"},
    {operation::notify_one, "notify_one"},
    {operation::notify_all, "notify_all"},
}};

constexpr std::array<std::pair<std::memory_order, std::string_view>, 5> order_names{{
    {std::memory_order_relaxed, "relaxed"},
    {std::memory_order_acquire, "acquire"},
    {std::memory_order_release, "release"},
    {std::memory_order_acq_rel, "acq_rel"},
    {std::memory_order_seq_cst, "seq_cst"},
}};

constexpr std::array<std::pair<comparison, std::string_view>, 3> comparison_names{{
    {comparison::equal, "=="},
    {comparison::not_equal, "!="},
    {comparison::at_least, ">="},
}};

constexpr std::array<std::pair<repetition, std::string_view>, 3> suffixes{{
    {repetition::by_reference, "_by_reference"},
    {repetition::loop, "_loop"},
    {repetition::retry, "_retry"},
}};

template <class Table, class Key>
std::string_view name_of(const Table& table, Key key) {
  for (const auto& [value, name] : table) {
    if (value == key) return name;
  }
  return "?";
}

std::string_view names_for(operation op) {
  if (is_plain(op)) return plain_names;
  if (is_mutex(op)) return mutex_names;
  if (is_condition(op)) return condition_names;
  return atomic_names;
}

template <class Belongs>
unsigned count_locations(const program& p, Belongs belongs) {
  unsigned count = 0;
  for (const auto& thread : p.threads) {
    for (const auto& i : thread) {
      if (belongs(i.op)) count = std::max(count, i.location + 1);
    }
  }
  return count;
}

std::string to_text(const operand& o) {
  if (o.is_constant()) return std::to_string(o.constant);
  std::string text = "r" + std::to_string(o.base);
  if (o.constant > 0) text += "+";
  if (o.constant != 0) text += std::to_string(o.constant);
  return text;
}

// Reads the small languages of this file, one token at a time.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  bool at_end() {
    skip_space();
    return text_.empty();
  }

  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(0, token.size()) != token) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) fail("expected '" + std::string(token) + "'");
  }

  std::string_view word() {
    skip_space();
    std::size_t length = 0;
    while (length < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[length])) != 0 || text_[length] == '_')) {
      ++length;
    }
    if (length == 0) fail("expected a name");
    const auto result = text_.substr(0, length);
    text_.remove_prefix(length);
    return result;
  }

  int number() {
    const bool negative = accept("-");
    skip_space();
    int value = 0;
    std::size_t length = 0;
    while (length < text_.size() && length < 6 &&
           std::isdigit(static_cast<unsigned char>(text_[length])) != 0) {
      value = value * 10 + (text_[length] - '0');
      ++length;
    }
    if (length == 0) fail("expected a number");
    text_.remove_prefix(length);
    return negative ? -value : value;
  }

  unsigned small_number() {
    const int value = number();
    if (value < 0) fail("expected a number that is not negative");
    return static_cast<unsigned>(value);
  }

  // Whether a register's or a label's letter comes next: the letter and then a digit.
  bool accept_numbered(char letter) {
    skip_space();
    if (text_.size() < 2 || text_[0] != letter || std::isdigit(static_cast<unsigned char>(text_[1])) == 0)
      return false;
    text_.remove_prefix(1);
    return true;
  }

  template <class Table>
  auto one_of(const Table& table, std::string_view what) {
    return named(word(), table, what);
  }

  template <class Table>
  auto named(std::string_view name, const Table& table, std::string_view what) const {
    for (const auto& [value, known] : table) {
      if (known == name) return value;
    }
    fail("unknown " + std::string(what) + " '" + std::string(name) + "'");
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument(why + " at '" + std::string(text_.substr(0, 24)) + "'");
  }

 private:
  void skip_space() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0)
      text_.remove_prefix(1);
  }

  std::string_view text_;
};

operand parse_operand(scanner& in) {
  operand o;
  if (!in.accept_numbered('r')) {
    o.constant = in.number();
    return o;
  }
  o.base = in.number();
  if (in.accept("+")) {
    o.constant = in.number();
  } else if (in.accept("-")) {
    o.constant = -in.number();
  }
  return o;
}

comparison parse_comparison(scanner& in) {
  for (const auto& [value, name] : comparison_names) {
    if (in.accept(name)) return value;
  }
  in.fail("expected ==, != or >=");
}

void parse_arguments(scanner& in, instruction& i) {
  bool first = true;
  const auto separate = [&] {
    if (!first) in.expect(",");
    first = false;
  };
  if (is_cas(i.op)) {
    separate();
    i.expected = parse_operand(in);
  }
  if (takes_operand(i.op)) {
    separate();
    i.value = parse_operand(in);
  }
  if (has_comparison(i)) {
    separate();
    i.compare = parse_comparison(in);
    i.bound = in.number();
  }
  if (has_order(i.op)) {
    separate();
    i.order = in.one_of(order_names, "memory order");
  }
  if (is_cas(i.op)) {
    separate();
    i.failure = in.one_of(order_names, "memory order");
  }
}

void parse_operation(scanner& in, instruction& i) {
  auto name = in.word();
  for (const auto& [repeat, suffix] : suffixes) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    i.repeat = repeat;
  }
  i.op = in.named(name, operation_names, "operation");
}

instruction parse_instruction(scanner& in, std::size_t index) {
  if (in.accept_numbered('r')) {
    if (in.small_number() != index) in.fail("a register is named after its instruction's number");
    in.expect("=");
  }
  instruction i;
  const auto head = in.word();
  if (in.accept(".")) {
    parse_operation(in, i);
    const auto where = head.size() == 1 ? names_for(i.op).find(head[0]) : std::string_view::npos;
    if (where == std::string_view::npos || is_fence(i.op)) {
      in.fail("no such location '" + std::string(head) + "' for this operation");
    }
    i.location = static_cast<unsigned>(where);
  } else {
    scanner again(head);
    i.op = again.one_of(operation_names, "operation");
    if (!is_fence(i.op)) in.fail("this operation needs a location");
  }
  in.expect("(");
  parse_arguments(in, i);
  in.expect(")");
  return i;
}

bool contains(const std::vector<std::memory_order>& orders, std::memory_order order) {
  return std::find(orders.begin(), orders.end(), order) != orders.end();
}

std::string defect_in(const instruction& i, const std::vector<instruction>& thread, std::size_t index) {
  if (!is_fence(i.op) && i.location >= names_for(i.op).size()) return "no such location";
  if (has_order(i.op) && !contains(legal_orders(i.op), i.order)) return "illegal memory order";
  if (is_cas(i.op) && !contains(legal_failure_orders(), i.failure)) return "illegal failure order";
  if (!may_repeat(i.op, i.repeat)) return "there is no such loop";
  for (const auto& o : {i.value, i.expected}) {
    if (o.is_constant()) continue;
    if (static_cast<std::size_t>(o.base) >= index) return "uses a register that is not set yet";
    if (!has_result(thread[static_cast<std::size_t>(o.base)].op))
      return "uses the result of an operation without one";
  }
  return {};
}

// A mutex is unlocked by the thread that holds it, and by no other.
std::string mutex_defect(const std::vector<instruction>& thread) {
  std::array<int, max_mutexes> held{};
  for (const auto& i : thread) {
    if (i.op == operation::lock) ++held[i.location];
    if (i.op == operation::unlock && --held[i.location] < 0) return "unlocks a mutex that it does not hold";
    if (i.op == operation::wait && held[i.location] != 1) return "waits without holding the mutex";
  }
  return {};
}

}  // namespace

bool is_rmw(operation op) {
  switch (op) {
    case operation::exchange:
    case operation::fetch_add:
    case operation::fetch_sub:
    case operation::fetch_and:
    case operation::fetch_or:
      return true;
    default:
      return false;
  }
}

bool is_cas(operation op) {
  return op == operation::cas_strong || op == operation::cas_weak;
}

bool is_fence(operation op) {
  return op == operation::fence || op == operation::light_fence || op == operation::heavy_fence;
}

bool is_plain(operation op) {
  return op == operation::plain_read || op == operation::plain_write;
}

bool is_mutex(operation op) {
  return op == operation::lock || op == operation::unlock;
}

bool is_condition(operation op) {
  return op == operation::wait || op == operation::notify_one || op == operation::notify_all;
}

bool is_atomic_access(operation op) {
  return !is_fence(op) && !is_plain(op) && !is_mutex(op) && !is_condition(op);
}

bool reads_atomic(operation op) {
  return is_atomic_access(op) && op != operation::store;
}

bool has_result(operation op) {
  return reads_atomic(op) || op == operation::plain_read;
}

bool has_order(operation op) {
  return is_atomic_access(op) || op == operation::fence;
}

bool may_wait(const instruction& i) {
  return i.op == operation::await || i.op == operation::lock || i.op == operation::wait ||
         i.repeat == repetition::loop;
}

bool has_comparison(const instruction& i) {
  return i.op == operation::await || (i.op == operation::wait && i.repeat == repetition::loop);
}

bool may_repeat(operation op, repetition repeat) {
  switch (repeat) {
    case repetition::once:
      return true;
    case repetition::by_reference:
      return op == operation::await;
    case repetition::loop:
      return op == operation::await || op == operation::wait || is_rmw(op) || is_cas(op);
    case repetition::retry:
      return is_cas(op);
  }
  return false;
}

bool takes_operand(operation op) {
  return op == operation::store || op == operation::plain_write || is_rmw(op) || is_cas(op);
}

unsigned atomic_count(const program& p) {
  return count_locations(p, is_atomic_access);
}
unsigned plain_count(const program& p) {
  unsigned count = count_locations(p, is_plain);
  for (const auto& thread : p.threads) {
    for (const auto& i : thread) {
      // A wait in a loop looks at one.
      if (i.op == operation::wait && i.repeat == repetition::loop) count = std::max(count, i.location + 1);
    }
  }
  return count;
}
unsigned mutex_count(const program& p) {
  return count_locations(p, is_mutex);
}
unsigned condition_count(const program& p) {
  return count_locations(p, is_condition);
}

unsigned event_count(const program& p) {
  unsigned count = atomic_count(p) + mutex_count(p);
  for (const auto& thread : p.threads) {
    for (const auto& i : thread) {
      count += is_rmw(i.op) || is_cas(i.op) || i.op == operation::lock ? 2 : 1;
      if (i.repeat == repetition::retry) count += most_failures(p, i);
    }
  }
  return count;
}

unsigned most_failures(const program& p, const instruction& retry) {
  unsigned values = 1;
  for (const auto& thread : p.threads) {
    for (const auto& i : thread) {
      const bool writes = i.op == operation::store || is_rmw(i.op) || is_cas(i.op);
      if (&i != &retry && writes && i.location == retry.location) ++values;
    }
  }
  return values;
}

void insert_instruction(std::vector<instruction>& thread, std::size_t position, const instruction& extra) {
  thread.insert(thread.begin() + static_cast<std::ptrdiff_t>(position), extra);
  for (std::size_t i = position + 1; i < thread.size(); ++i) {
    for (auto* o : {&thread[i].value, &thread[i].expected}) {
      if (o->base >= static_cast<int>(position)) ++o->base;
    }
  }
}

void erase_instruction(std::vector<instruction>& thread, std::size_t position) {
  thread.erase(thread.begin() + static_cast<std::ptrdiff_t>(position));
  for (auto& i : thread) {
    for (auto* o : {&i.value, &i.expected}) {
      if (o->base == static_cast<int>(position)) *o = {-1, o->constant};
      if (o->base > static_cast<int>(position)) --o->base;
    }
  }
}

void number_locations(program& p) {
  for (const auto belongs : {is_atomic_access, is_plain, is_mutex}) {
    if (belongs != is_atomic_access && condition_count(p) > 0) break;
    std::array<std::optional<unsigned>, max_atomics> numbers;
    unsigned next = 0;
    for (auto& thread : p.threads) {
      for (auto& i : thread) {
        if (!belongs(i.op)) continue;
        auto& number = numbers[i.location];
        if (!number) number = next++;
        i.location = *number;
      }
    }
  }
}

char atomic_name(unsigned index) {
  return atomic_names[index];
}

std::string label(unsigned thread, unsigned index) {
  return "T" + std::to_string(thread) + "." + std::to_string(index);
}

const std::vector<std::memory_order>& legal_orders(operation op) {
  static const std::vector<std::memory_order> of_loads{std::memory_order_relaxed, std::memory_order_acquire,
                                                       std::memory_order_seq_cst};
  static const std::vector<std::memory_order> of_stores{std::memory_order_relaxed, std::memory_order_release,
                                                        std::memory_order_seq_cst};
  static const std::vector<std::memory_order> of_fences{std::memory_order_acquire, std::memory_order_release,
                                                        std::memory_order_acq_rel, std::memory_order_seq_cst};
  static const std::vector<std::memory_order> of_updates{std::memory_order_relaxed, std::memory_order_acquire,
                                                         std::memory_order_release, std::memory_order_acq_rel,
                                                         std::memory_order_seq_cst};
  static const std::vector<std::memory_order> none;
  if (op == operation::load || op == operation::await) return of_loads;
  if (op == operation::store) return of_stores;
  if (op == operation::fence) return of_fences;
  return is_rmw(op) || is_cas(op) ? of_updates : none;
}

const std::vector<std::memory_order>& legal_failure_orders() {
  return legal_orders(operation::load);
}

std::string defect(const program& p) {
  if (p.threads.empty() || p.threads.size() > max_threads) return "a program has 1 to 4 threads";
  for (unsigned t = 0; t < p.threads.size(); ++t) {
    const auto& thread = p.threads[t];
    if (thread.size() > max_instructions) return "too many instructions in thread " + std::to_string(t);
    for (unsigned i = 0; i < thread.size(); ++i) {
      const auto why = defect_in(thread[i], thread, i);
      if (!why.empty()) return label(t, i) + ": " + why;
    }
    const auto why = mutex_defect(thread);
    if (!why.empty()) return "thread " + std::to_string(t) + ": " + why;
  }
  return {};
}

std::string to_text(const instruction& i, unsigned index) {
  std::string text;
  if (has_result(i.op)) text += "r" + std::to_string(index) + " = ";
  if (!is_fence(i.op)) text += std::string(1, names_for(i.op)[i.location]) + ".";
  text += name_of(operation_names, i.op);
  if (i.repeat != repetition::once) text += name_of(suffixes, i.repeat);
  std::vector<std::string> arguments;
  if (is_cas(i.op)) arguments.push_back(to_text(i.expected));
  if (takes_operand(i.op)) arguments.push_back(to_text(i.value));
  if (has_comparison(i)) {
    arguments.push_back(std::string(name_of(comparison_names, i.compare)) + " " + std::to_string(i.bound));
  }
  if (has_order(i.op)) arguments.emplace_back(name_of(order_names, i.order));
  if (is_cas(i.op)) arguments.emplace_back(name_of(order_names, i.failure));
  text += "(";
  for (std::size_t a = 0; a < arguments.size(); ++a) text += (a == 0 ? "" : ", ") + arguments[a];
  return text + ")";
}

std::string to_text(const program& p) {
  std::string text;
  for (unsigned t = 0; t < p.threads.size(); ++t) {
    text += "T" + std::to_string(t) + ":";
    for (unsigned i = 0; i < p.threads[t].size(); ++i) {
      text += (i == 0 ? " " : "; ") + to_text(p.threads[t][i], i);
    }
    text += "\n";
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const program& p) {
  return out << '\n' << to_text(p);
}

program parse(std::string_view text) {
  scanner in(text);
  program p;
  while (!in.at_end()) {
    if (!in.accept_numbered('T')) in.fail("expected T<number>:");
    if (in.small_number() != p.threads.size()) in.fail("threads are numbered 0, 1, 2, ...");
    in.expect(":");
    auto& thread = p.threads.emplace_back();
    while (!in.at_end()) {
      auto ahead = in;
      if (ahead.accept_numbered('T')) break;
      thread.push_back(parse_instruction(in, thread.size()));
      if (!in.accept(";")) break;
    }
  }
  const auto why = defect(p);
  if (!why.empty()) throw std::invalid_argument(why);
  return p;
}

condition parse_condition(std::string_view text) {
  if (text == "race") return {condition::kind::race, {}};
  if (text == "deadlock") return {condition::kind::deadlock, {}};
  scanner in(text);
  condition result;
  do {
    clause c;
    if (in.accept_numbered('T')) {
      c.thread = in.small_number();
      in.expect(".");
      c.index = in.small_number();
    } else {
      const auto name = in.word();
      const auto where = name.size() == 1 ? atomic_names.find(name[0]) : std::string_view::npos;
      if (where == std::string_view::npos) in.fail("expected an atomic location or T<t>.<i>");
      c.what = clause::kind::final_value;
      c.index = static_cast<unsigned>(where);
    }
    c.negated = in.accept("!=");
    if (c.negated || in.accept("=")) {
      c.value = in.number();
    } else {
      in.expect("!");
      c.what = clause::kind::spurious;
    }
    result.clauses.push_back(c);
  } while (in.accept("&"));
  if (!in.at_end()) in.fail("expected '&'");
  return result;
}

}  // namespace stillpoint::verify::oracle
