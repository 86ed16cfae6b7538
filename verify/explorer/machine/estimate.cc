// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/estimate.hpp"

#include <cstddef>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace stillpoint::verify::explorer {

namespace {

execution_limits with_end(execution_limits limits, time_limit::clock::time_point end) {
  limits.end = end;
  return limits;
}

class sampler {
 public:
  sampler(const program& p, const sampling& how, const execution_limits& limits)
      : how_(how), machine_(p, search_, with_end(limits, how.end)), random_(how.seed) {}

  estimate run() {
    // One sample of few executions, then finer ones; if there is not the time for these, more of the others.
    // The first one learns about loops, and takes memory that the others find.
    machine_.may_learn(true);
    if (!take_sample()) return std::move(result_);
    machine_.may_learn(false);
    const time_limit::clock::time_point start = time_limit::clock::now();
    if (!take_sample()) return std::move(result_);
    keep(sample_);
    const auto taken = time_limit::clock::now() - start;
    if (how_.end - time_limit::clock::now() > fine_costs * taken) {
      coarse_ = false;
      sum_ = squares_ = taken_ = 0;
    }
    while (taken_ < how_.samples && !is_precise() && take_sample()) keep(sample_);
    return std::move(result_);
  }

 private:
  // Of a sample over strata that keep apart what differs in more than the number of choices.
  static constexpr int fine_costs = 400;
  // With fewer, nothing is said; with so many, it may be precise enough.
  static constexpr double fewest_samples = 10;
  static constexpr double enough_samples = 50;
  static constexpr double precise = 0.04;

  struct stratum {
    double weight = 0;
    search::branch followed;
    // What is followed from now on, if something else was drawn.
    bool drawn = false;
    std::size_t index = 0;
    std::uint64_t way = 0;
  };

  // Whether the samples' mean has a small standard error.
  bool is_precise() const {
    if (coarse_ || taken_ < enough_samples) return false;
    const double mean = sum_ / taken_;
    return squares_ / taken_ - mean * mean <= precise * precise * mean * mean * taken_;
  }

  void keep(double sample) {
    taken_ += 1;
    sum_ += sample;
    squares_ += sample * sample;
    result_.executions = taken_ < fewest_samples ? -1 : sum_ / taken_;
  }

  bool take_sample() {
    for (;;) {
      strata_.clear();
      sample_ = 0;
      search_.restart();
      bool whole = follow(1);
      while (whole && !strata_.empty()) {
        const auto next = strata_.extract(strata_.begin());
        whole = follow(next.mapped());
      }
      // What was learned about a loop or a wait changes which executions there are.
      if (!std::exchange(learned_, false) || machine_.time().look()) return whole;
      sum_ = squares_ = taken_ = 0;
    }
  }

  bool follow(const stratum& s) {
    for (;;) {
      const search::next reached = search_.start(s.followed);
      if (reached == search::next::execution) return follow(s.weight);
      if (reached == search::next::none) {
        draw(s.weight);
        return true;
      }
      const bool answered = machine_.answer();
      search_.end_question();
      if (!may_go_on() || !answered) return false;
    }
  }

  bool follow(double weight) {
    const machine::outcome result = machine_.run();
    if (!may_go_on()) return false;
    if (result == machine::outcome::completed) sample_ += weight;
    draw(weight);
    return true;
  }

  bool may_go_on() {
    if (machine_.failed()) {
      result_.found = machine_.failed();
      result_.counterexample = machine_.executed();
    }
    learned_ = learned_ || machine_.has_learned() || search_.lacks_failed_looks();
    if (search_.lacks_failed_looks()) machine_.keep_failed_looks();
    return !machine_.failed() && !learned_ && !machine_.time().over();
  }

  // Enters the alternatives to what was executed into their strata.
  void draw(double weight) {
    std::vector<stratum*> changed;
    search_.for_each_alternative([&](std::size_t index, std::uint64_t ways, search::likeness like) {
      stratum& s = strata_[coarse_ ? search::likeness{like.path, 0, 0} : like];
      const double all = weight * static_cast<double>(ways);
      s.weight += all;
      if (std::uniform_real_distribution<double>(0, s.weight)(random_) >= all) return;
      s.index = index;
      s.way = std::uniform_int_distribution<std::uint64_t>(0, ways - 1)(random_);
      if (!std::exchange(s.drawn, true)) changed.push_back(&s);
    });
    for (stratum* s : changed) {
      s->followed = search_.branch_at(s->index, s->way);
      s->drawn = false;
    }
  }

  sampling how_;
  search search_;
  machine machine_;
  std::mt19937_64 random_;
  bool coarse_ = true;
  bool learned_ = false;
  // In the order in which they are followed: what comes of one lies behind it.
  std::map<search::likeness, stratum> strata_;
  double sample_ = 0;
  double taken_ = 0;
  double sum_ = 0;
  double squares_ = 0;
  estimate result_;
};

}  // namespace

estimate estimate_executions(const program& p, const sampling& how, const execution_limits& limits) {
  return sampler(p, how, limits).run();
}

}  // namespace stillpoint::verify::explorer
