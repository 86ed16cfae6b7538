// SPDX-License-Identifier: BSL-1.0
//
// liburcu's wait-free queue, as its headers have it inline: its atomic operations are inline assembly on x86.
#define _LGPL_SOURCE
#include <urcu/wfcqueue.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::is_not_followed;

TEST(liburcu, wait_free_queue) {
  is_not_followed(
      [] {
        __cds_wfcq_head head;
        cds_wfcq_tail tail;
        cds_wfcq_node node;
        cds_wfcq_head_ptr_t queue;
        queue._h = &head;
        __cds_wfcq_init(&head, &tail);
        cds_wfcq_node_init(&node);
        std::thread other([&] { cds_wfcq_enqueue(queue, &tail, &node); });
        cds_wfcq_node* const got = __cds_wfcq_dequeue_blocking(queue, &tail);
        assert(got == nullptr || got == &node);
        other.join();
      },
      "data race");
}

}  // namespace
