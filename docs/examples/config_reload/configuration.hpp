// SPDX-License-Identifier: BSL-1.0
//
// configuration: what a file of lines `name = value` says; empty lines, and those that begin with #, say
// nothing. A whole one is made of a whole file, or none at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

class configuration {
 public:
  // Errors: std::runtime_error if the file cannot be read, or says something else.
  explicit configuration(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) add(trimmed(line), file, number);
    if (in.bad()) throw std::runtime_error("cannot read " + file.string());
  }

  std::size_t size() const { return settings_.size(); }

  // What the file says, or `otherwise`.
  const std::string& get(const std::string& name, const std::string& otherwise) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? otherwise : found->second;
  }

 private:
  static std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
  }

  void add(std::string_view line, const std::filesystem::path& file, std::size_t number) {
    if (line.empty() || line.front() == '#') return;
    const std::size_t equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": not 'name = value'");
    }
    settings_[std::string(name)] = trimmed(line.substr(equals + 1));
  }

  std::map<std::string, std::string> settings_;
};
