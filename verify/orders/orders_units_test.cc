// SPDX-License-Identifier: BSL-1.0
//
// What is tried, and that what is not tried, or not executed, does not go unnoticed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/orders/examination.hpp"
#include "verify/orders/reviewed.hpp"

namespace stillpoint::verify::orders {
namespace {

using names = std::vector<std::string>;

names names_of(const site& where) {
  names found;
  for (const mutant& m : mutants_of(where)) found.push_back(m.name + (m.logic ? " (logic)" : ""));
  return found;
}

site site_with(operation op, std::memory_order order,
               std::memory_order failure_order = std::memory_order_relaxed, bool gives_number = false) {
  site s;
  s.op = op;
  s.order = order;
  s.failure_order = failure_order;
  s.gives_number = gives_number;
  return s;
}

TEST(Mutants, AreEachWeakerOrderOfAnOperation) {
  using enum operation;
  EXPECT_EQ(names_of(site_with(load, std::memory_order_seq_cst)), (names{"acquire", "relaxed"}));
  EXPECT_EQ(names_of(site_with(load, std::memory_order_acquire, {}, true)),
            (names{"relaxed", "gives zero", "bit 0 of the result inverted (logic)"}));
  EXPECT_EQ(names_of(site_with(store, std::memory_order_seq_cst)), (names{"release", "relaxed", "removed"}));
  EXPECT_EQ(names_of(site_with(store, std::memory_order_relaxed)), (names{"removed"}));
  EXPECT_EQ(names_of(site_with(exchange, std::memory_order_seq_cst)),
            (names{"acq_rel", "acquire", "release", "relaxed", "split into a load and a store",
                   "only reads (logic)", "done twice (logic)"}));
  EXPECT_EQ(names_of(site_with(fetch_add, std::memory_order_acq_rel)),
            (names{"acquire", "release", "relaxed", "split into a load and a store", "only reads (logic)",
                   "done twice (logic)"}));
  EXPECT_EQ(names_of(site_with(await, std::memory_order_acquire)),
            (names{"relaxed", "does not wait (logic)"}));
}

TEST(Mutants, TakeSuccessAndFailureApart) {
  EXPECT_EQ(names_of(site_with(operation::compare_exchange_strong, std::memory_order_seq_cst,
                               std::memory_order_acquire)),
            (names{"acq_rel", "acquire", "release", "relaxed", "failure relaxed",
                   "split into a load and a store", "success taken for failure (logic)"}));
}

TEST(Mutants, WeakenFencesStepByStepAndRemoveThem) {
  using enum operation;
  EXPECT_EQ(names_of(site_with(fence, std::memory_order_seq_cst)),
            (names{"acq_rel", "acquire", "release", "removed"}));
  EXPECT_EQ(names_of(site_with(fence, std::memory_order_acquire)), (names{"removed"}));
  EXPECT_EQ(names_of(site_with(light_fence, std::memory_order_seq_cst)), (names{"removed"}));
  EXPECT_EQ(names_of(site_with(heavy_fence, std::memory_order_seq_cst)), (names{"removed"}));
}

TEST(Mutants, LeaveOutNeitherLocksNorPlainWrites) {
  using enum operation;
  for (const operation op : {lock, unlock, plain_write, destroy}) {
    EXPECT_EQ(names_of(site_with(op, std::memory_order_relaxed)), (names{"removed (logic)"}))
        << verify::name_of(op);
  }
}

TEST(Survey, ReadsFunctionNames) {
  EXPECT_EQ(short_name("void a::b<P>::flip(typename P::waiter) [with P = a::c<d(e)>]"), "flip");
  EXPECT_EQ(short_name("decltype(auto) a::recorder<T, P>::record(F&&) [with F = int]"), "record");
  EXPECT_EQ(short_name("T* a::b<P>::take()"), "take");
  EXPECT_EQ(short_name("static size_t f(int)"), "f");
}

// Line 1 is empty.
constexpr std::string_view text =
    "\n"
    "// x.load(relaxed) in a comment\n"
    "const char* s = \"x.store(1)\";\n"
    "auto v = x.load(std::memory_order_acquire);\n"
    "P::await(\n"
    "    y, std::memory_order_acquire, [](int i) { return i == 1; },\n"
    "    wait);\n"
    "mutex_.lock();\n"
    "readers_.lock();\n"
    "P::template create<int>(1);\n"
    "P::fence(std::memory_order_seq_cst);\n"
    "z->compare_exchange_weak(a, b, c, d);\n";

TEST(Survey, FindsTheOperationsOfAText) {
  std::vector<std::string> found;
  for (const written_operation& each : operations_in(text)) {
    found.push_back(std::to_string(each.first_line) + '-' + std::to_string(each.last_line) + ' ' +
                    std::string(verify::name_of(each.op)));
  }
  EXPECT_EQ(found, (names{"4-4 load", "5-7 await", "8-8 lock", "10-10 create", "11-11 fence",
                          "12-12 compare_exchange_weak"}));
}

TEST(Survey, NoticesWhatNoClientExecutes) {
  std::vector<examined_site> sites;
  for (const written_operation& each : operations_in(text)) {
    examined_site s;
    s.where.op = each.op;
    s.where.line = each.last_line;
    s.file = "a.hpp";
    sites.push_back(s);
  }
  EXPECT_TRUE(never_executed(text, "a.hpp", sites).empty());
  EXPECT_EQ(never_executed(text, "b.hpp", sites).size(), 5u) << "all but create";
  sites.erase(sites.begin());
  const std::vector<written_operation> missing = never_executed(text, "a.hpp", sites);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].op, operation::load);
}

// A relaxed message, an acquire nobody needs, and an execution that fails by itself.
template <std::memory_order Store, std::memory_order Load, bool Fails = false>
struct message {
  static constexpr std::string_view primitive = "message";
  static constexpr std::string_view guarantee = "arrives";
  static constexpr unsigned threads = 2;
  explorer_policy::atomic<int> flag{0};
  explorer_policy::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      if (!Fails) explorer_policy::write(data, 1);
      flag.store(1, Store);
    } else if (flag.load(Load) == 1) {
      explorer_policy::check(explorer_policy::read(data) == 1, "the data is there");
    }
  }
  void after() {}
};

template <class C>
subject subject_of() {
  return {
      "message", {"verify/orders/orders_units_test.cc"}, {}, {{"arrives", explorer::client_program<C>()}}};
}

constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

std::vector<std::string> standings(const examination& all) {
  const std::function<std::string(const examined_mutant&)> no_picture = [](const auto&) { return ""; };
  const std::vector<check> checks = checks_of(all, no_picture);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const run_result result = checks[i].run({});
    const standing is = standing_of(all, all.mutants[i], result);
    EXPECT_EQ(is_settled(is), result.outcome == verdict::passed);
    if (!all.mutants[i].change.logic) {
      found.push_back(all.site_of(all.mutants[i]).name + ' ' + all.mutants[i].change.name + ": " +
                      std::string(name_of(is)));
    }
  }
  return found;
}

TEST(Examination, TellsNeededOrdersFromOthers) {
  EXPECT_EQ(standings(prepare({subject_of<message<seq_cst, acquire>>()})),
            (names{"thread/store release: not shown to be needed", "thread/store relaxed: needed",
                   "thread/store removed: not shown to be needed", "thread/load relaxed: needed",
                   "thread/load gives zero: not shown to be needed"}));
}

TEST(Examination, RefusesAClientThatFailsByItself) {
  EXPECT_THROW(prepare({subject_of<message<release, acquire, true>>()}), std::runtime_error);
}

const examination& whole_library() {
  static const examination all = prepare(subjects());
  return all;
}

TEST(Reviewed, NamesOnlyMutantsThatThereAre) {
  const examination& all = whole_library();
  for (const reviewed& each : reviewed_survivors()) {
    EXPECT_FALSE(each.reason.empty());
    const bool exists = std::any_of(all.mutants.begin(), all.mutants.end(), [&](const examined_mutant& m) {
      return all.site_of(m).name == each.site && m.change.name == each.mutant &&
             (each.primitive == "*" || each.primitive == all.subject_of(m).primitive);
    });
    EXPECT_TRUE(exists) << each.primitive << '/' << each.site << ": " << each.mutant;
  }
}

// What the platform's operations are made of is no primitive's text.
bool is_platform(const std::string& file) {
  return file.ends_with("_policy.hpp") || file.ends_with("/asymmetric_fence.hpp") ||
         file.ends_with("/one_copy.hpp");
}

TEST(Library, HasEveryOperationExecutedByAClient) {
  const examination& all = whole_library();
  std::map<std::string, std::vector<examined_site>> executed;
  for (std::size_t s = 0; s < all.subjects.size(); ++s) {
    for (const std::string& file : all.subjects[s].files) executed[file];
    for (const examined_site& each : all.surveys[s].sites) executed[each.file].push_back(each);
  }
  std::size_t operations = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("lib/stillpoint")) {
    const std::string file = entry.path().string();
    if (!entry.is_regular_file() || is_platform(file)) continue;
    std::ifstream in(file);
    const std::string header(std::istreambuf_iterator<char>(in), {});
    if (operations_in(header).empty()) continue;
    operations += operations_in(header).size();
    ASSERT_TRUE(executed.count(file)) << file << " belongs to no subject in subjects.cc";
    for (const written_operation& each : never_executed(header, file, executed[file])) {
      ADD_FAILURE() << file << ':' << each.first_line << ": no client executes this "
                    << verify::name_of(each.op);
    }
  }
  EXPECT_GT(operations, 10u);
}

}  // namespace
}  // namespace stillpoint::verify::orders
