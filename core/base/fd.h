// SPDX-License-Identifier: MIT
// An owned file descriptor; closed when it goes.
#pragma once
#include <unistd.h>

#include <utility>

namespace earlybox {

class Fd {
 public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) {
            close();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }
    ~Fd() { close(); }

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }

 private:
    void close() {
        if (number_ >= 0) ::close(number_);
    }
    int number_ = -1;
};

}  // namespace earlybox
