// SPDX-License-Identifier: BSL-1.0
//
// The clients of the recorder, over the plain, the striped and the asymmetric phaser: one per guarantee, run
// by every engine.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "models/recorder.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// What is recorded into: one plain slot per recording thread, so that a late or early access is a data race.
template <class P, unsigned Writers>
struct slots {
  std::array<typename P::template plain<int>, Writers> counts{};

  void add(unsigned writer) { P::write(counts[writer], P::read(counts[writer]) + 1); }
  int count(unsigned writer) const { return P::read(counts[writer]); }
  void reset() {
    for (auto& count : counts) P::write(count, 0);
  }
  slots& operator+=(const slots& from) {
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::write(counts[writer], P::read(counts[writer]) + from.count(writer));
    }
    return *this;
  }
  friend void swap(slots& a, slots& b) {
    for (unsigned writer = 0; writer < Writers; ++writer) {
      const int held = P::read(a.counts[writer]);
      P::write(a.counts[writer], P::read(b.counts[writer]));
      P::write(b.counts[writer], held);
    }
  }
};

// Stands where a phaser does for a striped_recorder over that phaser.
template <class Phaser>
struct striped_over {};

template <class T, class P, class Over>
struct recorder_over {
  using type = recorder<T, P, Over>;
};
template <class T, class P, class Phaser>
struct recorder_over<T, P, striped_over<Phaser>> {
  using type = striped_recorder<T, P, Phaser>;
};

// Each recording is part of exactly one sample, over several samples and the one taken at the end.
template <checker_policy P, class Over, unsigned Writers, unsigned Entries, unsigned Samples>
struct every_recording_is_sampled_once_base {
  static constexpr unsigned threads = Writers + 1;
  typename recorder_over<slots<P, Writers>, P, Over>::type recorded;
  std::array<typename P::template plain<int>, Writers> sampled{};

  void thread(unsigned index) {
    if (index < Writers) {
      for (unsigned entry = 0; entry < Entries; ++entry) {
        recorded.record([index](auto& active) { active.add(index); });
      }
    } else {
      for (unsigned sample = 0; sample < Samples; ++sample) take();
    }
  }

  void after() {
    take();
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::check(P::read(sampled[writer]) == static_cast<int>(Entries), "each recording is sampled once");
    }
  }

  void take() {
    const auto interval = recorded.sample();
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::write(sampled[writer], P::read(sampled[writer]) + interval->count(writer));
    }
  }
};

// What a sampler holds does not change while it holds it, although recordings go on.
template <checker_policy P, class Over>
struct sample_is_stable_base {
  static constexpr unsigned threads = 3;
  typename recorder_over<slots<P, 2>, P, Over>::type recorded;

  void thread(unsigned index) {
    if (index < 2) {
      recorded.record([index](auto& active) { active.add(index); });
      return;
    }
    const auto interval = recorded.sample();
    const int first = interval->count(0) + 2 * interval->count(1);
    const int again = interval->count(0) + 2 * interval->count(1);
    P::check(first == again, "the sample does not change under its holder");
  }

  void after() {}
};

// Two samplers, one of them recycling a buffer of its own: neither takes what the other took, and nothing is
// left behind.
template <checker_policy P, class Over>
struct samples_exclude_each_other_base {
  static constexpr unsigned threads = 3;
  typename recorder_over<slots<P, 1>, P, Over>::type recorded;
  std::array<typename P::template plain<int>, 2> sampled{};
  slots<P, 1> recycled;

  void thread(unsigned index) {
    if (index == 2) {
      recorded.record([](auto& active) { active.add(0); });
    } else if (index == 1) {
      recorded.sample_into(recycled);
      P::write(sampled[1], recycled.count(0));
    } else {
      P::write(sampled[0], recorded.sample()->count(0));
    }
  }

  void after() {
    const int in_samples = P::read(sampled[0]) + P::read(sampled[1]);
    P::check(in_samples + recorded.sample()->count(0) == 1, "each recording is sampled once");
  }
};

// Recordings and samples, by three threads of which two sample, are linearizable: they happen as if one after
// the other, in an order that no thread could contradict. Calls: how many of one thread are kept.
template <checker_policy P, class Over, std::size_t Calls = 2>
struct recordings_and_samples_are_linearizable_base {
  static constexpr unsigned threads = 3;
  using model = models::recorder<2>;
  using operation = model::operation;
  using action = models::recorder_action;
  typename recorder_over<slots<P, 2>, P, Over>::type recorded;
  slots<P, 2> recycled;
  history<P, operation, threads, Calls> calls;

  void thread(unsigned index) {
    if (index == 0) {
      record(index);
      record(index);
    } else if (index == 1) {
      record(index);
      take(index);
    } else {
      hold(index);
    }
  }

  void after() {
    P::check(bool(linearizable(calls, model())), "there is an order of the calls that the model allows");
  }

  void record(unsigned index) {
    auto& call = calls.invoke(index, operation{action::record, index, index});
    recorded.record([index](auto& active) { active.add(index); });
    calls.respond(call);
  }

  void take(unsigned index) {
    auto& call = calls.invoke(index, operation{action::take, index});
    recorded.sample_into(recycled);
    call.operation.found = contents_of(recycled);
    calls.respond(call);
  }

  void hold(unsigned index) {
    auto& call = calls.invoke(index, operation{action::sample, index});
    auto* give_up = &call;
    {
      const auto interval = recorded.sample();
      call.operation.found = contents_of(*interval);
      calls.respond(call);
      give_up = &calls.invoke(index, operation{action::give_up, index});
    }
    calls.respond(*give_up);
  }

  static model::contents contents_of(const slots<P, 2>& buffer) {
    return {static_cast<unsigned>(buffer.count(0)), static_cast<unsigned>(buffer.count(1))};
  }
};

// Two threads record into the same plain place, which is no data race: each has a T to itself, or takes
// turns.
template <checker_policy P, class Over>
struct recordings_need_not_be_atomic_base {
  static constexpr unsigned threads = 3;
  typename recorder_over<slots<P, 1>, P, Over>::type recorded;
  typename P::template plain<int> sampled{0};

  void thread(unsigned index) {
    if (index < 2) {
      recorded.record([](auto& mine) { mine.add(0); });
    } else {
      take();
    }
  }

  void after() {
    take();
    P::check(P::read(sampled) == 2, "each recording is sampled once");
  }

  void take() { P::write(sampled, P::read(sampled) + recorded.sample()->count(0)); }
};

// A thread records again and again, on its stripe and on what others share.
template <checker_policy P, class Over>
struct stripes_are_used_again_base {
  static constexpr unsigned threads = 2;
  typename recorder_over<slots<P, 1>, P, Over>::type recorded;
  typename P::template plain<int> sampled{0};

  void thread(unsigned index) {
    for (int turn = 0; turn < 2; ++turn) {
      if (index == 0) {
        recorded.record([](auto& mine) { mine.add(0); });
      } else {
        take();
      }
    }
  }

  void after() {
    take();
    P::check(P::read(sampled) == 2, "each recording is sampled once");
    take();
    P::check(P::read(sampled) == 2, "nothing is sampled again");
  }

  void take() { P::write(sampled, P::read(sampled) + recorded.sample()->count(0)); }
};

struct recorder_over_plain_phaser {
  static constexpr std::string_view primitive = "recorder";
  template <class P>
  using phaser = writer_reader_phaser<P>;
};

struct recorder_over_striped_phaser {
  static constexpr std::string_view primitive = "recorder_striped";
  template <class P>
  using phaser = striped_writer_reader_phaser<P>;
};

// The default. The first two threads own a stripe or not, at each recording anew.
struct recorder_over_asymmetric_phaser {
  static constexpr std::string_view primitive = "recorder_asymmetric";
  template <class P>
  using phaser = basic_asymmetric_writer_reader_phaser<P, 2, 1>;
};

// Over the phaser with the fewest executions: a T belongs to a stripe all the same.
struct striped_recorder_kind {
  static constexpr std::string_view primitive = "striped_recorder";
  template <class P>
  using phaser = striped_over<writer_reader_phaser<P>>;
};

template <class Kind>
struct recorder_clients {
  template <class P>
  using phaser = typename Kind::template phaser<P>;

  template <class P>
  struct every_recording_is_sampled_once : every_recording_is_sampled_once_base<P, phaser<P>, 2, 1, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "every_recording_is_sampled_once";
  };
  template <class P>
  struct sample_is_stable : sample_is_stable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "sample_is_stable";
  };
  template <class P>
  struct samples_exclude_each_other : samples_exclude_each_other_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "samples_exclude_each_other";
  };
  template <class P>
  struct recordings_and_samples_are_linearizable
      : recordings_and_samples_are_linearizable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "recordings_and_samples_are_linearizable";
  };

  using list = client_list<every_recording_is_sampled_once, sample_is_stable, samples_exclude_each_other,
                           recordings_and_samples_are_linearizable>;
};

// What a striped_recorder has beyond that, and what depends on its default phaser.
struct striped_recorder_clients {
  using kind = striped_recorder_kind;
  template <class P>
  using asymmetric = striped_over<recorder_over_asymmetric_phaser::phaser<P>>;

  template <class P>
  struct recordings_need_not_be_atomic : recordings_need_not_be_atomic_base<P, asymmetric<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "recordings_need_not_be_atomic";
  };
  template <class P>
  struct stripes_are_used_again : stripes_are_used_again_base<P, asymmetric<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "every_recording_is_sampled_once/stripes_are_used_again";
  };
  template <class P>
  struct over_the_asymmetric_phaser : every_recording_is_sampled_once_base<P, asymmetric<P>, 2, 1, 2> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "every_recording_is_sampled_once/asymmetric_phaser";
  };
  template <class P>
  struct over_the_plain_phaser : recordings_need_not_be_atomic_base<P, kind::phaser<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "recordings_need_not_be_atomic/plain_phaser";
  };

  using list = client_list<recordings_need_not_be_atomic, stripes_are_used_again, over_the_asymmetric_phaser,
                           over_the_plain_phaser>;
};

}  // namespace stillpoint::verify::clients
