// SPDX-License-Identifier: BSL-1.0
//
// The thread_local variables of a client's threads. All these threads run on one thread of the computer, and
// so on one set of variables: each has its values copied in before it runs, and out before another does. A
// thread begins with the values that the program's image has, so that a variable with a constructor is
// constructed again at its first use.
//
// What has copies are the variables of the program and of its shared objects, but for those of the language's
// and the system's libraries. The engine's own state must not be thread_local.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stillpoint::verify::explorer {

class thread_locals {
 public:
  // The value of one thread: those that it has before it has run.
  void renew();
  // Copies them to where the program looks for them, unless they are there. What was there is copied back to
  // whom it belongs to.
  void put_in_place();
  // Called in client code at a thread's end: runs the destructors that the thread has registered.
  void destroy();
  // Of an object with thread storage duration, in client code.
  void at_thread_end(void (*destructor)(void*), void* object);

  // Keeps the values of the thread that calls, for its lifetime, and puts them back then. One lives at a
  // time.
  class session {
   public:
    session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();
  };

  // Of the values that are in place.
  static std::uint64_t digest();
  // Whether the address is that of a variable of which each thread has a copy: such an address names another
  // variable in another thread.
  static bool contains(std::uint64_t address);
  // Whether it lies in the text or the data of a program or shared object whose variables have copies.
  static bool in_module(const void* address);

 private:
  struct destruction {
    void (*destructor)(void*);
    void* object;
  };

  // Those of the thread that explores, while a client's are in place.
  static thread_locals& outside();
  void copy_out();

  bool fresh_ = true;
  std::vector<std::byte> values_;
  std::vector<destruction> destructions_;
};

}  // namespace stillpoint::verify::explorer
