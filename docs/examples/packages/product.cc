#include <atomic>
#include <cstdio>
#include <stillpoint/recorder.hpp>
#include <stillpoint/version.hpp>
#include <thread>

struct traffic {
  std::atomic<long> requests{0};
  void reset() { requests = 0; }
};

int main() {
  stillpoint::recorder<traffic> recorder;
  std::thread server([&] { recorder.record([](traffic& active) { ++active.requests; }); });
  server.join();
  const auto interval = recorder.sample();
  const long requests = interval->requests;
  std::printf("Stillpoint %s: %ld request\n", stillpoint::version_string, requests);
  return requests == 1 ? 0 : 1;
}
