// SPDX-License-Identifier: BSL-1.0
//
// Pictures of small executions: exactly the arrows that they should have, what is marked, where things lie,
// and what becomes of the file.
#include "verify/explorer/reports/picture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/reports/layout.hpp"
#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
using testing::TempDir;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

struct client_base {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = 2;
  void after() {}
};

template <class C>
exploration failing() {
  exploration seen = explore(client_program<C>(), {});
  EXPECT_TRUE(seen.first_failure);
  if (!seen.first_failure) seen.first_failure.emplace();
  return seen;
}

template <class C>
std::string picture_of() {
  const exploration seen = failing<C>();
  return picture_in_dot(seen.counterexample, *seen.first_failure);
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex looked_for(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), looked_for); i != std::sregex_iterator(); ++i)
    found.insert(i->format("$1$2$3"));
  return found;
}

using texts = std::set<std::string>;

// As in "e1_0 -> e1_1 po".
texts arrows(const std::string& dot) {
  return matches(dot, R"((e\d+_\d+ -> e\d+_\d+ )\[class="([a-z ]+)\")");
}
texts boxes(const std::string& dot) {
  return matches(dot, R"(\n  (e\d+_\d+) \[label)");
}
texts marked(const std::string& dot) {
  return matches(dot, R"(\n  (e\d+_\d+) \[[^\n]*class=marked)");
}
texts headers(const std::string& dot) {
  return matches(dot, R"(class=thread, label="([^"]*)\")");
}

// A line of the text, without its tags.
std::string line_of(const std::string& dot, const std::string& beginning) {
  const std::size_t begin = dot.find("\n  " + beginning);
  if (begin == std::string::npos) return "no line begins with " + beginning;
  const std::string line = dot.substr(begin + 3, dot.find('\n', begin + 1) - begin - 3);
  const std::string plain = std::regex_replace(std::regex_replace(line, std::regex("<br[^>]*>"), "|"),
                                               std::regex("</?font[^>]*>"), "");
  return std::regex_replace(plain, std::regex("&#160;"), " ");
}

struct racy_message : client_base {
  P::plain<int> data{0};
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, relaxed);
    } else if (flag.load(acquire) == 1) {
      P::check(P::read(data) == 1, "the data is there");
    }
  }
};

TEST(Picture, OfADataRace) {
  const std::string dot = picture_of<racy_message>();
  EXPECT_EQ(arrows(dot),
            (texts{"e1_0 -> e1_1 po", "e1_0 -> e2_1 race", "e1_1 -> e2_0 rf", "e2_0 -> e2_1 po"}));
  EXPECT_EQ(boxes(dot), (texts{"e1_0", "e1_1", "e2_0", "e2_1"}));
  EXPECT_EQ(marked(dot), (texts{"e1_0", "e2_1"}));
  EXPECT_EQ(headers(dot), (texts{"T1", "T2"}));
  EXPECT_NE(line_of(dot, "label").find("data race: T1.0 and T2.1"), std::string::npos);
  EXPECT_NE(line_of(dot, "e1_1").find("T1.1 store relaxed|atomic#1 = 1|picture_test.cc:"), std::string::npos);
  EXPECT_NE(line_of(dot, "e2_0").find("T2.0 load acquire|atomic#1 = 1 from T1.1|"), std::string::npos);
}

// A release sequence, headed by a fence and read before one.
struct fails_in_a_thread : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  P::plain<int> data{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      P::fence(release);
      x.store(1, relaxed);
    } else if (index == 1) {
      x.fetch_add(1, relaxed);
    } else if (x.load(relaxed) == 2) {
      P::fence(acquire);
      P::check(P::read(data) == 2, "a < b && \"c\"");
    }
  }
};

TEST(Picture, OfAFailedAssertionInAThread) {
  const std::string dot = picture_of<fails_in_a_thread>();
  EXPECT_EQ(arrows(dot), (texts{"e1_0 -> e1_1 po", "e1_1 -> e1_2 po", "e1_1 -> e3_1 sw", "e1_2 -> e2_0 rf mo",
                                "e2_0 -> e3_0 rf", "e3_0 -> e3_1 po", "e3_1 -> e3_2 po", "e3_2 -> e3_3 po"}));
  EXPECT_EQ(marked(dot), texts{"e3_3"});
  EXPECT_NE(line_of(dot, "e3_3").find("assertion failed: a &lt; b &amp;&amp; \"c\"|picture_test.cc:"),
            std::string::npos)
      << line_of(dot, "e3_3");
  EXPECT_NE(line_of(dot, "e2_0").find("atomic#0 = 1 -&gt; 2 from T1.2"), std::string::npos);
  EXPECT_NE(line_of(dot, "e3_0").find("atomic#0 = 2 from T2.0"), std::string::npos)
      << "both halves of a read-modify-write have one name";
}

struct fails_afterwards : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  std::array<int, 2> seen{};
  void thread(unsigned index) {
    (index == 0 ? x : y).store(1, release);
    seen[index] = (index == 0 ? y : x).load(acquire);
  }
  void after() { P::check(seen[0] + seen[1] > 0, "store buffering is not seen"); }
};

TEST(Picture, OfAFailedAssertionAtTheEnd) {
  const std::string dot = picture_of<fails_afterwards>();
  EXPECT_EQ(arrows(dot), (texts{"e1_0 -> e1_1 po", "e2_0 -> e2_1 po"}));
  EXPECT_EQ(headers(dot), (texts{"T0 (main)", "T1", "T2"}));
  ASSERT_EQ(marked(dot).size(), 1u);
  EXPECT_TRUE(marked(dot).begin()->starts_with("e0_"));
}

// In SVG, spaces where text begins or ends are lost, and a change of colour begins another text.
TEST(Picture, KeepsAnEventsNumberApartFromItsOperation) {
  const std::string dot = picture_of<racy_message>();
  EXPECT_NE(dot.find("T1.1</font>&#160;store relaxed"), std::string::npos);
  EXPECT_NE(dot.find("po</font>&#160;program order"), std::string::npos);
  EXPECT_EQ(matches(dot, "(</font> )|( <font)"), texts{});
}

TEST(Picture, ListsInitialValuesAndTheArrowsThatOccur) {
  const std::string dot = picture_of<fails_afterwards>();
  EXPECT_TRUE(
      std::regex_search(line_of(dot, "initial"),
                        std::regex(R"(initial values\|atomic#0 = 0  picture_test.cc:\d+\|atomic#1 = 0  )")))
      << line_of(dot, "initial");
  EXPECT_NE(line_of(dot, "legend").find("label=<po program order|>"), std::string::npos);
  EXPECT_NE(line_of(picture_of<racy_message>(), "legend")
                .find("po program order|rf where a read got its value|race neither"),
            std::string::npos);
}

struct throws : client_base {
  void thread(unsigned index) {
    if (index == 1) throw std::runtime_error("out of the thread");
  }
};

TEST(Picture, OfAnUncaughtException) {
  const std::string dot = picture_of<throws>();
  EXPECT_EQ(marked(dot), texts{"e2_0"});
  EXPECT_NE(line_of(dot, "e2_0").find("uncaught exception: out of the|thread"), std::string::npos);
}

struct locks_crosswise : client_base {
  P::mutex a, b;
  void thread(unsigned index) {
    P::mutex& first = index == 0 ? a : b;
    P::mutex& second = index == 0 ? b : a;
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  }
};

TEST(Picture, OfLocksThatWaitForEachOther) {
  const std::string dot = picture_of<locks_crosswise>();
  EXPECT_EQ(arrows(dot),
            (texts{"e1_0 -> e1_2 po", "e1_0 -> e2_2 waits", "e2_0 -> e1_2 waits", "e2_0 -> e2_2 po"}));
  EXPECT_EQ(marked(dot), (texts{"e1_2", "e2_2"}));
}

struct waits_for_nothing : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
    } else {
      P::await(
          x, relaxed, [](int v) { return v == 2; }, P::waiter());
    }
  }
};

TEST(Picture, OfAWaitThatNothingEnds) {
  const std::string dot = picture_of<waits_for_nothing>();
  EXPECT_EQ(arrows(dot), texts{"e1_0 -> e2_0 waits"});
  EXPECT_EQ(marked(dot), texts{"e2_0"});
  EXPECT_NE(line_of(dot, "e2_0").find("waits in await relaxed|atomic#0 = 1 from T1.0|"), std::string::npos);
}

struct reads_uninitialized : client_base {
  P::plain<long> data;
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, release);
    } else if (x.load(acquire) == 1) {
      (void)P::read(data);
    }
  }
};

TEST(Picture, OfAReadOfUninitializedMemory) {
  const std::string dot = picture_of<reads_uninitialized>();
  EXPECT_EQ(arrows(dot), (texts{"e1_0 -> e2_0 rf sw", "e2_0 -> e2_1 po"}));
  EXPECT_EQ(marked(dot), texts{"e2_1"});
}

struct node {
  P::atomic<int> value{0};
};

struct leaks : client_base {
  P::atomic<node*> first{nullptr};
  void thread(unsigned index) {
    if (index == 0) first.store(P::create<node>(), release);
    if (index == 1 && first.load(acquire) != nullptr) first.store(nullptr, relaxed);
  }
  void after() { P::destroy(first.load(relaxed)); }
};

TEST(Picture, OfALeak) {
  const std::string dot = picture_of<leaks>();
  EXPECT_EQ(marked(dot), texts{"e1_0"});
  EXPECT_EQ(arrows(dot).count("e2_0 -> e2_1 po"), 1u);
  EXPECT_TRUE(std::regex_search(line_of(dot, "e2_0"), std::regex(R"(= @T1\+0x[0-9a-f]+ from T1)")))
      << "an address is the same in every run, and says whose it is: " << line_of(dot, "e2_0");
}

TEST(Picture, IsTheSameForTheSameExecution) {
  EXPECT_EQ(picture_of<leaks>(), picture_of<leaks>());
  EXPECT_EQ(picture_of<fails_in_a_thread>(), picture_of<fails_in_a_thread>());
}

point on_curve(const point* p, double t) {
  const double s = 1 - t;
  const auto mix = [&](int a, int b, int c, int d) {
    return static_cast<int>(s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d);
  };
  return {mix(p[0].x, p[1].x, p[2].x, p[3].x), mix(p[0].y, p[1].y, p[2].y, p[3].y)};
}

// No box on another, no arrow through a box.
void expect_in_order(const drawing& d) {
  const layout l = lay_out(d);
  for (std::size_t i = 0; i < l.boxes.size(); ++i) {
    EXPECT_LE(l.boxes[i].area.bottom(), l.bottom);
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(l.boxes[i].area.meets(l.boxes[j].area));
  }
  for (std::size_t i = 0; i < l.arrows.size(); ++i) {
    for (std::size_t b = 0; b < l.boxes.size(); ++b) {
      if (d.boxes[b].ref == d.arrows[i].from || d.boxes[b].ref == d.arrows[i].to) continue;
      const auto& curve = l.arrows[i].curve;
      for (std::size_t begin = 0; begin + 3 < curve.size(); begin += 3) {
        for (int step = 0; step <= 100; ++step) {
          ASSERT_FALSE(l.boxes[b].area.contains(on_curve(&curve[begin], step / 100.0)))
              << d.arrows[i].from.thread << "." << d.arrows[i].from.index << " -> " << d.arrows[i].to.thread
              << "." << d.arrows[i].to.index << " behind " << d.boxes[b].name;
        }
      }
    }
  }
}

TEST(Picture, HasNothingBehindABox) {
  using clients::plain_kind;
  using phaser = clients::writer_reader_phaser_clients<plain_kind>::no_write_is_lost_3x1x2<P>;
  settings s;
  s.max_executions = 300;
  std::size_t crossing = 0;
  s.on_execution = [&](const graph& g) {
    if (testing::Test::HasFailure()) return;
    const drawing d = draw(names(g), {});
    expect_in_order(d);
    for (const arrow& a : d.arrows) {
      if (a.from.thread + 1 < a.to.thread || a.to.thread + 1 < a.from.thread) ++crossing;
    }
  };
  explore(client_program<phaser>(), s);
  EXPECT_GT(crossing, 100u) << "arrows that have to pass a column";
}

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string write(const std::string& file) {
  const exploration seen = failing<fails_in_a_thread>();
  return write_picture(seen.counterexample, *seen.first_failure, file);
}

// PATH, for as long as this lives.
class path_scope {
 public:
  explicit path_scope(const std::string& path) { setenv("PATH", path.c_str(), 1); }
  path_scope(const path_scope&) = delete;
  path_scope& operator=(const path_scope&) = delete;
  ~path_scope() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_ = std::getenv("PATH");
};

TEST(PictureFile, IsTheTextAsDot) {
  const std::string file = TempDir() + "text.dot";
  EXPECT_EQ(write(file), "");
  EXPECT_EQ(contents(file), picture_of<fails_in_a_thread>());
}

TEST(PictureFile, IsDrawnAsSvg) {
  const std::string file = TempDir() + "drawn.svg";
  ASSERT_EQ(write(file), "") << "Graphviz is installed by tools/setup";
  EXPECT_EQ(contents(TempDir() + "drawn.dot"), picture_of<fails_in_a_thread>());
  const std::string well_formed =
      "python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' '" + file + "'";
  EXPECT_EQ(std::system(well_formed.c_str()), 0);
  const std::string svg = contents(file);
  EXPECT_LT(svg.size(), 20'000u);
  for (const char* part : {"assertion failed: a &lt; b &amp;&amp;", ">T1<", ">initial values<",
                           "class=\"edge sw\"", "class=\"edge rf mo\"", "class=\"node marked\""})
    EXPECT_NE(svg.find(part), std::string::npos) << part;
}

TEST(PictureFile, IsOnlyTheTextWithoutGraphviz) {
  const std::string file = TempDir() + "undrawn.svg";
  const path_scope scope(TempDir() + "empty");
  EXPECT_EQ(write(file), "Graphviz's dot is not installed: only " + TempDir() + "undrawn.dot was written");
  EXPECT_EQ(contents(TempDir() + "undrawn.dot"), picture_of<fails_in_a_thread>());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(PictureFile, IsOnlyTheTextIfGraphvizFails) {
  const std::string folder = TempDir() + "broken";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/dot") << "#!/bin/sh\necho half a picture\nexit 1\n";
  std::filesystem::permissions(folder + "/dot", std::filesystem::perms::owner_all);
  const std::string file = TempDir() + "failed.svg";
  const path_scope scope(folder);
  EXPECT_EQ(write(file), "Graphviz's dot failed: only " + TempDir() + "failed.dot was written");
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(PictureFile, NeedsANameThatSaysItsKind) {
  for (const char* name : {"", "picture", "picture.png", ".svg", "folder/.dot", "picture.svg.gz", "dot"}) {
    EXPECT_THROW(require_picture_name(name), std::invalid_argument) << name;
    EXPECT_THROW(write(name), std::invalid_argument) << name;
  }
  for (const char* name : {"a.dot", "a.svg", "/folder/a.b.svg"}) EXPECT_NO_THROW(require_picture_name(name));
}

TEST(PictureFile, SaysWhatCannotBeWritten) {
  for (const char* name : {"missing/a.dot", "missing/a.svg"}) {
    try {
      write(TempDir() + name);
      ADD_FAILURE() << name << " was written";
    } catch (const std::runtime_error& e) {
      EXPECT_EQ(std::string(e.what()),
                "cannot write the picture " + TempDir() + "missing/a.dot: No such file or directory");
    }
  }
}

struct does_nothing : client_base {
  void thread(unsigned) {}
};

TEST(PictureFile, ComesWithAFailureOnRequest) {
  run_options options;
  options.graph_file = TempDir() + "asked.dot";
  const run_result result = run_explorer<racy_message>(options);
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_EQ(result.picture, options.graph_file);
  EXPECT_EQ(marked(contents(options.graph_file)), (texts{"e1_0", "e2_1"}));
  options.graph_file = "asked.png";
  EXPECT_THROW(run_explorer<does_nothing>(options), std::invalid_argument) << "also where nothing fails";
}

}  // namespace
}  // namespace stillpoint::verify::explorer
