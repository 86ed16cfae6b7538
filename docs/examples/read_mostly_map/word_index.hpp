// SPDX-License-Identifier: BSL-1.0
//
// word_index: how often each word occurs, in a map that is read all the time and added to now and then. Reads
// go on while it is added to, and see all of an addition or nothing of it.
//
// Costs: a read, one load and a look-up. An addition copies the whole map; so add by files, not by words.
#pragma once

#include <cctype>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "stillpoint/atomic_value.hpp"

using word_counts = std::map<std::string, std::uint64_t, std::less<>>;

// Adds the words of a text: what letters, digits and underscores make together.
inline void count_words(std::string_view text, word_counts& into) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::string word;
  for (const char c : text) {
    if (in_word(c)) {
      word += c;
    } else if (!word.empty()) {
      ++into[word];
      word.clear();
    }
  }
  if (!word.empty()) ++into[word];
}

class word_index {
 public:
  // What is seen at one moment; good as long as it is held.
  class view {
   public:
    std::uint64_t count(std::string_view word) const {
      const auto found = now_->counts.find(word);
      return found == now_->counts.end() ? 0 : found->second;
    }
    // How many texts were added, and how many words they have in all.
    std::uint64_t texts() const { return now_->texts; }
    std::uint64_t words() const { return now_->words; }
    const word_counts& counts() const { return now_->counts; }

   private:
    friend word_index;
    struct contents {
      word_counts counts{};
      std::uint64_t texts = 0;
      std::uint64_t words = 0;
    };
    using snapshot = stillpoint::atomic_value<contents>::snapshot;

    explicit view(snapshot now) : now_(std::move(now)) {}

    snapshot now_;
  };

  word_index() { current_.emplace(); }

  view look() const { return view(current_.load()); }

  // By any number of threads at a time; none is lost.
  void add(std::string_view text) {
    word_counts added;
    count_words(text, added);
    current_.update([&added](const auto& now) {
      contents next = *now;
      for (const auto& [word, times] : added) {
        next.counts[word] += times;
        next.words += times;
      }
      ++next.texts;
      return next;
    });
  }

 private:
  using contents = view::contents;

  stillpoint::atomic_value<contents> current_;
};
