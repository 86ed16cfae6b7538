// SPDX-License-Identifier: BSL-1.0
//
// Which Stillpoint this is. The numbers follow semantic versioning, see docs/compatibility.md. Nothing else
// in the library includes this header, and it includes nothing.
#pragma once

#define STILLPOINT_VERSION_MAJOR 0
#define STILLPOINT_VERSION_MINOR 1
#define STILLPOINT_VERSION_PATCH 0

// For #if: STILLPOINT_VERSION >= 102 is true from 0.1.2 on.
#define STILLPOINT_VERSION \
  (STILLPOINT_VERSION_MAJOR * 10000 + STILLPOINT_VERSION_MINOR * 100 + STILLPOINT_VERSION_PATCH)

#define STILLPOINT_VERSION_STRING "0.1.0"

namespace stillpoint {

inline constexpr int version_major = STILLPOINT_VERSION_MAJOR;
inline constexpr int version_minor = STILLPOINT_VERSION_MINOR;
inline constexpr int version_patch = STILLPOINT_VERSION_PATCH;
inline constexpr const char* version_string = STILLPOINT_VERSION_STRING;

}  // namespace stillpoint
