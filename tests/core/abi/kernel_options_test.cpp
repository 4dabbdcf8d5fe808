// SPDX-License-Identifier: MIT
#include "core/abi/kernel_options.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "core/abi/filesystems.h"
#include "core/abi/gates.h"

using namespace earlybox;

TEST_CASE("each row of the options' table is whole, and there once") {
    std::set<std::string> names;
    for (const auto& option : kernel_options()) {
        INFO(option.option);
        CHECK(std::string_view(option.option).starts_with("CONFIG_"));
        CHECK(names.insert(option.option).second);
        const std::string_view decides = option.decides;
        CHECK((!decides.empty() && !decides.ends_with('.')));
        CHECK(find_kernel_option(option.option) == &option);
    }
    CHECK(find_kernel_option("CONFIG_NO_SUCH_THING") == nullptr);
}

TEST_CASE("an option of a file system is in one of the two tables") {
    for (const auto& file_system : pseudo_filesystems()) {
        bool is_gate = false;
        for (const Gate gate : all_gates())
            is_gate = is_gate || std::string_view(gate_info(gate).option) == file_system.option;
        INFO(file_system.option);
        CHECK((is_gate || find_kernel_option(file_system.option) != nullptr));
    }
}

TEST_CASE("all gates are listed") {
    CHECK(all_gates().front() == Gate::advise_syscalls);
    CHECK(all_gates().back() == Gate::x86_user_shadow_stack);
    CHECK(all_gates().size() == static_cast<size_t>(Gate::x86_user_shadow_stack));
}
