// SPDX-License-Identifier: BSL-1.0
//
// read_mostly_map DIRECTORY: two threads add the words of the files below a directory to an index, file by
// file and as many times as they are told, while others look words up; at the end the index is compared with
// one made in sequence. Exit status: 0; 1 if they differ, or if a reader saw an index that was not whole, or
// an older one after a newer one; 2 if the work could not be done.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "docs/examples/read_mostly_map/word_index.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view usage = "usage: read_mostly_map [--readers N] [--times N] DIRECTORY";
constexpr std::size_t writers = 2;

struct options {
  unsigned readers = 2;
  unsigned times = 1;
  fs::path directory;
};

std::string contents_of(const fs::path& name) {
  std::ifstream file(name, std::ios::binary | std::ios::ate);
  std::string bytes(file ? static_cast<std::size_t>(file.tellg()) : 0, '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error("cannot read " + name.string());
  return bytes;
}

std::vector<std::string> files_below(const fs::path& directory) {
  std::vector<std::string> texts;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) texts.push_back(contents_of(entry.path()));
  }
  if (texts.empty()) throw std::runtime_error("no files below " + directory.string());
  return texts;
}

struct looked_up {
  std::uint64_t times = 0;
  bool good = true;
};

bool is_whole(const word_index::view& now) {
  const auto& counts = now.counts();
  return now.words() ==
         std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& each) { return sum + each.second; });
}

// Looks a word up again and again, until asked to stop.
looked_up look_up(const word_index& index, const std::string& word, std::stop_token stop) {
  looked_up done;
  std::uint64_t texts = 0;
  std::uint64_t count = 0;
  while (!stop.stop_requested()) {
    const auto now = index.look();
    done.good = done.good && now.texts() >= texts && now.count(word) >= count;
    if (now.texts() != texts) done.good = done.good && is_whole(now);
    texts = now.texts();
    count = now.count(word);
    ++done.times;
  }
  return done;
}

// Workers are waited for on every way out, so on every way out they must be told to stop.
struct stop_on_exit {
  std::stop_source& stop;
  ~stop_on_exit() { stop.request_stop(); }
};

// Each text so many times, the writers taking them in turn.
void add_all(word_index& index, const std::vector<std::string>& texts, unsigned times) {
  std::vector<std::future<void>> all;
  for (std::size_t first = 0; first < writers; ++first) {
    all.push_back(std::async(std::launch::async, [&index, &texts, times, first] {
      for (std::size_t i = first; i < times * texts.size(); i += writers) index.add(texts[i % texts.size()]);
    }));
  }
  for (auto& each : all) each.get();
}

int run(const options& chosen) {
  const auto texts = files_below(chosen.directory);
  word_counts wanted;
  for (const auto& text : texts) count_words(text, wanted);
  for (auto& [word, count] : wanted) count *= chosen.times;
  if (wanted.empty()) throw std::runtime_error("no words below " + chosen.directory.string());
  const auto most = std::max_element(wanted.begin(), wanted.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });

  word_index index;
  std::stop_source stop;
  std::vector<std::future<looked_up>> readers;
  const stop_on_exit guard{stop};
  for (unsigned i = 0; i < chosen.readers; ++i) {
    readers.push_back(
        std::async(std::launch::async, look_up, std::cref(index), std::cref(most->first), stop.get_token()));
  }
  add_all(index, texts, chosen.times);
  stop.request_stop();
  looked_up all;
  for (auto& reader : readers) {
    const looked_up done = reader.get();
    all.times += done.times;
    all.good = all.good && done.good;
  }

  const auto last = index.look();
  const bool equal = all.good && last.counts() == wanted && last.texts() == chosen.times * texts.size();
  std::cout << texts.size() << " files, " << last.words() << " words, " << wanted.size()
            << " different; most often '" << most->first << "', " << last.count(most->first)
            << " times; looked up " << all.times << " times meanwhile: " << (equal ? "equal" : "NOT EQUAL")
            << '\n';
  return equal ? 0 : 1;
}

unsigned parse_number(const std::string& name, std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 1000) {
    throw std::invalid_argument(name + " takes a number from 1 to 1000, not '" + std::string(text) + "'");
  }
  return number;
}

options parse(const std::vector<std::string>& arguments) {
  options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--readers" || argument == "--times") {
      const unsigned number =
          parse_number(argument, i + 1 < arguments.size() ? arguments[++i] : std::string());
      (argument == "--readers" ? chosen.readers : chosen.times) = number;
    } else if (argument.starts_with("-") || !chosen.directory.empty()) {
      throw std::invalid_argument("unexpected '" + argument + "'; " + std::string(usage));
    } else {
      chosen.directory = argument;
    }
  }
  if (chosen.directory.empty()) throw std::invalid_argument(std::string(usage));
  return chosen;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const fs::filesystem_error& error) {
    std::cerr << "read_mostly_map: " << error.path1().string() << ": " << error.code().message() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "read_mostly_map: " << error.what() << '\n';
  }
  return 2;
}
