# SPDX-License-Identifier: BSL-1.0
"""A recipe for Conan 2, of the tree that it lies in: conan create path/to/stillpoint/packaging/conan"""

import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy


class Stillpoint(ConanFile):
    name = "stillpoint"
    version = "0.1.0"
    description = "Model-checked synchronization primitives, C++20 headers"
    license = "BSL-1.0"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def export_sources(self):
        tree = os.path.join(self.recipe_folder, "..", "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "CHANGELOG.md", "cmake/*", "lib/*", "verify/*"):
            copy(self, pattern, tree, self.export_sources_folder)

    def generate(self):
        CMakeToolchain(self).generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()

    def package_id(self):
        # The files are the same for each platform and compiler.
        self.info.clear()

    def package_info(self):
        # The package's own CMake files say what it is.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "stillpoint")]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        if self.settings.get_safe("os") == "Linux":
            self.cpp_info.system_libs = ["pthread"]
