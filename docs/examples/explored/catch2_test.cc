#define CATCH_CONFIG_MAIN
#include <atomic>
#include <cassert>
#include <catch2/catch.hpp>
#include <stillpoint/explore.hpp>
#include <thread>

TEST_CASE("what was written before is handed over") {
  const auto seen = stillpoint::explore("message passing", [] {
    std::atomic<bool> ready{false};
    int data = 0;
    std::thread writer([&] {
      data = 1;
      ready.store(true, std::memory_order_release);
    });
    if (ready.load(std::memory_order_acquire)) assert(data == 1);
    writer.join();
  });
  INFO(seen.report);
  REQUIRE(seen);
}
