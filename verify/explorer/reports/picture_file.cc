// SPDX-License-Identifier: BSL-1.0
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "verify/explorer/reports/picture.hpp"

namespace stillpoint::verify::explorer {

namespace {

constexpr std::string_view dot_ending = ".dot";
constexpr std::string_view svg_ending = ".svg";

// A name that is only the ending is none.
bool has_ending(std::string_view file, std::string_view ending) {
  return file.size() > ending.size() && file.ends_with(ending) &&
         file[file.size() - ending.size() - 1] != '/';
}

[[noreturn]] void fail_to_write(const std::string& file, int error) {
  const std::string why = error == 0 ? "" : ": " + std::generic_category().message(error);
  throw std::runtime_error("cannot write the picture " + file + why);
}

void write_text(const std::string& text, const std::string& file) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) fail_to_write(file, errno);
}

class open_file {
 public:
  explicit open_file(const std::string& file)
      : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail_to_write(file, errno);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// Has Graphviz read one and write the other. Returns why it could not; nothing if it could.
std::string run_graphviz(const std::string& dot, const std::string& svg) {
  const open_file drawing(svg);
  // Not an option, whatever the file's name.
  std::string input = dot.starts_with('/') ? dot : "./" + dot;
  std::string program = "dot";
  std::string format = "-Tsvg";
  char* const arguments[] = {program.data(), format.data(), input.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, drawing.descriptor(), STDOUT_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return "Graphviz's dot is not installed";
  if (error != 0) return "Graphviz's dot cannot be run: " + std::generic_category().message(error);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return "Graphviz's dot was lost: " + std::generic_category().message(errno);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return "Graphviz's dot failed";
}

}  // namespace

void require_picture_name(const std::string& file) {
  if (has_ending(file, dot_ending) || has_ending(file, svg_ending)) return;
  throw std::invalid_argument("cannot draw a picture into '" + file + "': expected FILE.dot or FILE.svg");
}

std::string write_picture(const names& n, const failure& f, const std::string& file) {
  require_picture_name(file);
  const std::string dot = file.substr(0, file.size() - dot_ending.size()) + std::string(dot_ending);
  write_text(picture_in_dot(n, f), dot);
  if (dot == file) return {};
  const std::string obstacle = run_graphviz(dot, file);
  if (obstacle.empty()) return {};
  ::unlink(file.c_str());
  return obstacle + ": only " + dot + " was written";
}

}  // namespace stillpoint::verify::explorer
