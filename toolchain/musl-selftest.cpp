// SPDX-License-Identifier: MIT
// What the toolchain must get right before anything is built with it: exceptions through several frames, thread-local and
// static initialisation, threads, the C++23 library. Ends with status 0, or with the number of the line that failed.
#include <charconv>
#include <cstdint>
#include <expected>
#include <map>
#include <mutex>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <cstdlib>
#include <time.h>

namespace {

#define REQUIRE(condition) \
  do { \
    if (!(condition)) std::exit(__LINE__); \
  } while (0)

struct CountOnExit {
  int& count;
  ~CountOnExit() { ++count; }
};

int throw_below(int depth, int& unwound) {
  CountOnExit guard{unwound};
  if (depth == 0) throw std::runtime_error("bottom");
  return throw_below(depth - 1, unwound) + 1;
}

struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {};

std::expected<int, std::errc> parse(std::span<const char> text) {
  int value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::unexpected(error);
  return value;
}

int& counter() {
  static int value = [] { return 41; }();
  return value;
}

thread_local std::string name = "main";

}  // namespace

int main(int argc, char**) {
  int unwound = 0;
  try {
    throw_below(20, unwound);
    REQUIRE(false);
  } catch (const std::exception& error) {
    REQUIRE(error.what() == std::string("bottom"));
  }
  REQUIRE(unwound == 21);

  try {
    (void)std::vector<int>(3).at(static_cast<std::size_t>(argc) + 9);
    REQUIRE(false);
  } catch (const std::out_of_range&) {
  }
  try {
    char* volatile block = new char[SIZE_MAX / 2 - static_cast<std::size_t>(argc)];
    delete[] block;
    REQUIRE(false);
  } catch (const std::bad_alloc&) {
  }
  Base base;
  Base* volatile pointer = &base;
  REQUIRE(dynamic_cast<Derived*>(pointer) == nullptr);

  REQUIRE(parse(std::string("-42")) == -42);
  REQUIRE(!parse(std::string("x")));
  REQUIRE(++counter() == 42);
  std::map<std::string, int> map{{"b", 2}, {"a", 1}};
  REQUIRE(map.begin()->second == 1);

  std::mutex mutex;
  int sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      name += "?";
      try {
        int ignored = 0;
        throw_below(5, ignored);
      } catch (...) {
        std::lock_guard lock(mutex);
        ++sum;
      }
    });
  for (auto& thread : threads) thread.join();
  REQUIRE(sum == 4);
  REQUIRE(name == "main");
  REQUIRE(time(nullptr) > 0);
}
