// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/pictures.hpp"

#include <filesystem>
#include <system_error>

namespace stillpoint::verify {

std::string numbered_picture(const std::string& file, std::size_t number) {
  const std::filesystem::path path(file);
  std::filesystem::path name = path.stem();
  name += "-" + std::to_string(number);
  name += path.extension();
  return (path.parent_path() / name).string();
}

// Of the checks before this one at most as many have failed as there are, so no name is taken that still has
// to be read.
void name_pictures(std::vector<outcome>& outcomes, const std::string& file) {
  std::size_t drawn = 0;
  for (outcome& one : outcomes) {
    std::string& picture = one.result.picture;
    if (picture.empty()) continue;
    const std::string name = ++drawn == 1 ? file : numbered_picture(file, drawn);
    if (name == picture) continue;
    std::error_code failed;
    std::filesystem::rename(picture, name, failed);
    if (failed) continue;
    // What Graphviz made it from lies beside it.
    std::filesystem::rename(std::filesystem::path(picture).replace_extension(".dot"),
                            std::filesystem::path(name).replace_extension(".dot"), failed);
    picture = name;
  }
}

}  // namespace stillpoint::verify
