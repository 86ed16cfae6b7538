// SPDX-License-Identifier: BSL-1.0
//
// Prints every consistent execution of a program given as text, on the standard input or as the argument.
#include <exception>
#include <iostream>
#include <iterator>
#include <string>

#include "verify/explorer/oracle/enumerator.hpp"

namespace oracle = stillpoint::verify::oracle;

int main(int argc, char** argv) {
  try {
    const std::string text =
        argc > 1 ? argv[1]
                 : std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    const auto program = oracle::parse(text);
    const auto result = oracle::enumerate(program);
    std::cout << oracle::to_text(program);
    for (const auto& execution : result.executions) std::cout << execution << '\n';
    for (const auto& execution : result.blocked) std::cout << execution << '\n';
    std::cout << result.count() << " executions, " << result.outcomes.size() << " outcomes, "
              << result.blocked.size() << " blocked, " << (result.has_race ? "race" : "no race")
              << (result.truncated ? ", truncated" : "") << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
