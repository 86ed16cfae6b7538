// SPDX-License-Identifier: BSL-1.0
//
// write_programs COUNT: writes that many random programs of the oracle as C++ over std's own atomics, threads
// and mutexes to the standard output, with what the enumerator says of each: its executions, outcomes, races
// and deadlocks. The text is a whole program that explores them.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/random_program.hpp"
#include "verify/native/compilers/written.hpp"

namespace stillpoint::verify::oracle {
namespace {

std::string order_text(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "std::memory_order_relaxed";
    case std::memory_order_acquire:
      return "std::memory_order_acquire";
    case std::memory_order_release:
      return "std::memory_order_release";
    case std::memory_order_acq_rel:
      return "std::memory_order_acq_rel";
    default:
      return "std::memory_order_seq_cst";
  }
}

std::string operand_text(const operand& o) {
  if (o.is_constant()) return std::to_string(o.constant);
  return "(r" + std::to_string(o.base) + " + " + std::to_string(o.constant) + ")";
}

std::string place_text(const instruction& i) {
  if (is_plain(i.op)) return "s.plain" + std::to_string(i.location);
  if (is_mutex(i.op)) return "s.mutex" + std::to_string(i.location);
  return "s.atomic" + std::to_string(i.location);
}

std::string comparison_text(comparison c) {
  switch (c) {
    case comparison::equal:
      return " == ";
    case comparison::not_equal:
      return " != ";
    default:
      return " >= ";
  }
}

std::string update_text(const instruction& i) {
  const std::array<const char*, 5> names = {"exchange", "fetch_add", "fetch_sub", "fetch_and", "fetch_or"};
  const auto which = static_cast<std::size_t>(i.op) - static_cast<std::size_t>(operation::exchange);
  return place_text(i) + "." + names.at(which) + "(" + operand_text(i.value) + ", " + order_text(i.order) +
         ")";
}

// A compare-and-swap's result is what it has found.
std::string exchange_text(const instruction& i, const std::string& number) {
  const char* const strength = i.op == operation::cas_weak ? "weak" : "strong";
  return "int r" + number + " = " + operand_text(i.expected) + ";\n    f" + number + " = !" + place_text(i) +
         ".compare_exchange_" + strength + "(r" + number + ", " + operand_text(i.value) + ", " +
         order_text(i.order) + ", " + order_text(i.failure) + ") && r" + number +
         " == " + operand_text(i.expected) + " ? 1 : 0;";
}

std::string instruction_text(const instruction& i, unsigned index) {
  const std::string number = std::to_string(index);
  const std::string result = "int r" + number + " = ";
  switch (i.op) {
    case operation::load:
      return result + place_text(i) + ".load(" + order_text(i.order) + ");";
    case operation::store:
      return place_text(i) + ".store(" + operand_text(i.value) + ", " + order_text(i.order) + ");";
    case operation::cas_strong:
    case operation::cas_weak:
      return exchange_text(i, number);
    case operation::await:
      return result + "0;\n    do r" + number + " = " + place_text(i) + ".load(" + order_text(i.order) +
             ");\n    while (!(r" + number + comparison_text(i.compare) + std::to_string(i.bound) + "));";
    case operation::fence:
      return "std::atomic_thread_fence(" + order_text(i.order) + ");";
    case operation::plain_read:
      return result + place_text(i) + ";";
    case operation::plain_write:
      return place_text(i) + " = " + operand_text(i.value) + ";";
    case operation::lock:
      return place_text(i) + ".lock();";
    case operation::unlock:
      return place_text(i) + ".unlock();";
    default:
      return result + update_text(i) + ";";
  }
}

std::string name_of(const char* what, unsigned thread, unsigned index) {
  return std::string(what) + std::to_string(thread) + "_" + std::to_string(index);
}

void write_state(std::ostream& out, const program& p) {
  for (unsigned l = 0; l < atomic_count(p); ++l) out << "    std::atomic<int> atomic" << l << "{0};\n";
  for (unsigned l = 0; l < plain_count(p); ++l) out << "    int plain" << l << " = 0;\n";
  for (unsigned l = 0; l < mutex_count(p); ++l) out << "    std::mutex mutex" << l << ";\n";
  for (unsigned t = 0; t < p.threads.size(); ++t) {
    for (unsigned i = 0; i < p.threads[t].size(); ++i) {
      out << "    int " << name_of("r", t, i) << " = 0, " << name_of("f", t, i) << " = 0;\n";
    }
  }
}

void write_thread(std::ostream& out, const std::vector<instruction>& code, unsigned thread) {
  out << "  std::thread thread" << thread << "([&s] {\n";
  for (unsigned i = 0; i < code.size(); ++i) {
    if (is_cas(code[i].op)) out << "    int f" << i << " = 0;\n";
    out << "    " << instruction_text(code[i], i) << '\n';
  }
  for (unsigned i = 0; i < code.size(); ++i) {
    if (has_result(code[i].op)) out << "    s." << name_of("r", thread, i) << " = r" << i << ";\n";
    if (is_cas(code[i].op)) out << "    s." << name_of("f", thread, i) << " = f" << i << ";\n";
  }
  out << "  });\n";
}

void write_function(std::ostream& out, const program& p, std::uint64_t seed) {
  out << "void program_" << seed << "(ends& of) {\n  struct {\n";
  write_state(out, p);
  out << "  } s;\n";
  for (unsigned t = 0; t < p.threads.size(); ++t) write_thread(out, p.threads[t], t);
  for (unsigned t = 0; t < p.threads.size(); ++t) out << "  thread" << t << ".join();\n";
  out << "  of.add({";
  const char* separator = "";
  for (const char* what : {"r", "f"}) {
    for (unsigned t = 0; t < p.threads.size(); ++t) {
      for (unsigned i = 0; i < p.threads[t].size(); ++i) {
        out << std::exchange(separator, ", ") << "s." << name_of(what, t, i);
      }
    }
  }
  for (unsigned l = 0; l < atomic_count(p); ++l) out << ", s.atomic" << l << ".load()";
  out << "});\n}\n\n";
}

std::uint64_t number_of(const outcome& o) {
  std::vector<int> all;
  for (const auto& thread : o.results) all.insert(all.end(), thread.begin(), thread.end());
  for (const auto& thread : o.spurious) all.insert(all.end(), thread.begin(), thread.end());
  all.insert(all.end(), o.finals.begin(), o.finals.end());
  return native::number_of(all);
}

bool waits(const program& p) {
  for (const auto& thread : p.threads) {
    for (const instruction& i : thread) {
      if (i.op == operation::await) return true;
    }
  }
  return false;
}

std::string expectation_text(const program& p, const enumeration& seen) {
  std::ostringstream out;
  out << "{" << seen.has_race << ", " << seen.has_deadlock() << ", " << seen.count() << ", " << !waits(p)
      << ", {";
  for (const outcome& o : seen.outcomes) out << number_of(o) << "u, ";
  out << "}}";
  return out.str();
}

// As clang compiles it: a weak compare-and-swap becomes a strong one before the explorer sees it.
program without_weak(program p) {
  for (auto& thread : p.threads) {
    for (instruction& i : thread) {
      if (i.op == operation::cas_weak) i.op = operation::cas_strong;
    }
  }
  return p;
}

void write(std::uint64_t count) {
  std::ostringstream calls;
  std::cout << "#include <atomic>\n#include <mutex>\n#include <thread>\n\n"
               "#include \"verify/native/compilers/written.hpp\"\n\n"
               "using stillpoint::verify::native::ends;\n\nnamespace {\n\n";
  std::uint64_t written = 0;
  for (std::uint64_t seed = 1; written < count; ++seed) {
    const program p = random_program(seed, {.asymmetric_fences = false, .waits = seed % 3 == 0});
    const limits small{.executions = 2'000, .guesses = 200'000};
    const enumeration seen = enumerate(p, {}, small);
    const enumeration by_clang = enumerate(without_weak(p), {}, small);
    if (seen.truncated || by_clang.truncated) continue;
    write_function(std::cout, p, seed);
    for (const auto& [condition, of] :
         {std::pair("#if defined(__clang__)", &by_clang), std::pair("#else", &seen)}) {
      calls << condition << "\n  all.compare(\"program " << seed << "\", program_" << seed << ", "
            << expectation_text(p, *of) << ");\n";
    }
    calls << "#endif\n";
    ++written;
  }
  std::cout << "}  // namespace\n\nint main() {\n  stillpoint::verify::native::comparison all;\n"
            << calls.str() << "  return all.conclude();\n}\n";
}

}  // namespace
}  // namespace stillpoint::verify::oracle

int main(int argc, char** argv) {
  const std::uint64_t count = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (count == 0) {
    std::cerr << "usage: write_programs COUNT: expected how many programs, at least one\n";
    return 2;
  }
  stillpoint::verify::oracle::write(count);
  return 0;
}
