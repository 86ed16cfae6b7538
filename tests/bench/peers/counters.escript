#!/usr/bin/env escript
%%! +sbwt none +sbwtdcpu none +sbwtdio none
%% SPDX-License-Identifier: BSL-1.0
%%
%% Erlang's counters of both kinds. What an add costs here includes the call from compiled Erlang code, as ours
%% includes its. Prints a line
%%   NAME <tab> THREADS <tab> NANOSECONDS <tab> UTILISATION
%% The schedulers do not spin while they have nothing to do (above): so the processor time is that of the adds.
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
    io:format("~s\t~b\t~.3f\t~.3f~n", [name(Kind), Processes, (End - Begin) / Times, Utilisation]).

name(atomics) -> "Erlang atomics add";
name(write_concurrency) -> "Erlang write_conc. add".

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
