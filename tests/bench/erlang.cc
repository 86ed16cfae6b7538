// SPDX-License-Identifier: BSL-1.0
//
// Erlang's counters, measured by escript in the same rounds as ours. What an add costs there includes the
// call from compiled Erlang code, as ours includes its.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

// Prints "KIND PROCESSES NANOSECONDS UTILISATION", a line for each. Its schedulers do not spin while they
// have nothing to do: so its processor time is that of the adds.
constexpr std::string_view script = R"erlang(#!/usr/bin/env escript
%%! +sbwt none +sbwtdcpu none +sbwtdio none
-mode(compile).

main(_) ->
    [measure(Kind, Processes) || Processes <- [1, 2], Kind <- [atomics, write_concurrency]].

measure(Kind, Processes) ->
    Times = 2000000,
    Counters = counters:new(4, [Kind]),
    Parent = self(),
    Children = [spawn_link(fun() -> child(Parent, Counters, Times) end) || _ <- lists:seq(1, Processes)],
    [receive {ready, Child} -> ok end || Child <- Children],
    {Before, _} = erlang:statistics(runtime),
    Begin = erlang:monotonic_time(nanosecond),
    [Child ! go || Child <- Children],
    [receive {done, Child} -> ok end || Child <- Children],
    End = erlang:monotonic_time(nanosecond),
    {After, _} = erlang:statistics(runtime),
    Total = Times * Processes,
    Total = counters:get(Counters, 2),
    Utilisation = (After - Before) * 1000000 / (End - Begin) / Processes,
    io:format("~s ~b ~.3f ~.3f~n", [Kind, Processes, (End - Begin) / Times, Utilisation]).

child(Parent, Counters, Times) ->
    add(Counters, 1000),
    counters:put(Counters, 2, 0),
    Parent ! {ready, self()},
    receive go -> ok end,
    add(Counters, Times),
    Parent ! {done, self()}.

add(_, 0) -> ok;
add(Counters, Times) ->
    counters:add(Counters, 2, 1),
    add(Counters, Times - 1).
)erlang";

// A file that is gone with this object.
class temporary_file {
 public:
  explicit temporary_file(std::string_view text) {
    const int file = mkstemp(name_.data());
    if (file < 0) throw std::runtime_error("cannot make a file in /tmp for Erlang");
    const auto written = write(file, text.data(), text.size());
    close(file);
    if (written != static_cast<ssize_t>(text.size())) throw std::runtime_error("cannot write " + name_);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { unlink(name_.c_str()); }

  const std::string& name() const { return name_; }

 private:
  std::string name_ = "/tmp/stillpoint_counters_XXXXXX";
};

std::string output_of(const std::string& command) {
  struct closing {
    void operator()(std::FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<std::FILE, closing> pipe(popen(command.c_str(), "r"));
  std::string text;
  if (pipe == nullptr) return text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) text += static_cast<char>(c);
  return text;
}

}  // namespace

std::vector<measurement> measure_erlang(std::size_t round) {
  const temporary_file file(script);
  std::istringstream lines(output_of("escript " + file.name() + " 2>/dev/null"));
  std::vector<measurement> measured;
  std::string kind;
  int processes = 0;
  double nanoseconds = 0;
  double utilisation = 0;
  while (lines >> kind >> processes >> nanoseconds >> utilisation) {
    const std::string name = kind == "atomics" ? "Erlang atomics add" : "Erlang write_conc. add";
    measured.push_back({name, processes, round, nanoseconds, utilisation});
  }
  return measured;
}

}  // namespace stillpoint::bench
