// SPDX-License-Identifier: BSL-1.0
//
// What docs/ says about the mutants: a page per primitive on the orders of its operations, and rows on the
// defects of logic for docs/verification.md. Markdown.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verify/orders/examination.hpp"

namespace stillpoint::verify::orders {

// A mutant, and what came of it.
struct tried_mutant {
  const examined_mutant* mutant = nullptr;
  run_result on_explorer;
  // After how many executions Relacy found it; nothing if it did not. Only for defects of logic.
  std::optional<std::uint64_t> on_relacy;
};

// "writer_enter-fetch_add-relaxed.svg", in the primitive's folder of pictures.
std::string picture_name(const examination& all, const examined_mutant& m);

// The comment that stands above the statement which goes up to that line (counted from 1), without its marks;
// empty if there is none.
std::string comment_above(const std::vector<std::string>& lines, std::uint32_t line);

// The page of one subject, from those of its mutants that are not of logic. `texts` has the lines of each of
// its files. Throws std::runtime_error that names an operation without a comment on what its order is for.
std::string page(const examination& all, std::size_t subject, const std::vector<tried_mutant>& tried,
                 const std::map<std::string, std::vector<std::string>>& texts);

// A table row for each of the subject's defects of logic.
std::string logic_rows(const examination& all, std::size_t subject, const std::vector<tried_mutant>& tried);

}  // namespace stillpoint::verify::orders
