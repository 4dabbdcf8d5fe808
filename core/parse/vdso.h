// SPDX-License-Identifier: MIT
// What a vDSO exports: an ELF image as it lies in memory, 32 or 64 bit, little endian
// (System V ABI, gABI chapters 4 and 5; Documentation/ABI/stable/vdso).
#pragma once
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace earlybox {

// How far the image reaches; its first page is enough. The error says that it is no ELF image.
Result<size_t> vdso_size(std::string_view image);

// The names of its dynamic symbols; they live as long as the image. The error says what is damaged.
Result<std::vector<std::string_view>> vdso_names(std::string_view image);

}  // namespace earlybox
