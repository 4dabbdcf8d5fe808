// SPDX-License-Identifier: MIT
// Runs commands in turns, and says of each run in a line: the command (0, 1, ...), its exit status, and in
// nanoseconds how long it took until laps (see laps.cpp) was started in it, how long laps' calls took, and
// how long the whole. What command N says is in the file /said-N, of its last run.
//     stopwatch ROUNDS COMMAND... [::: COMMAND...]...
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace {

constexpr const char* kLaps = "/laps";
constexpr const char* kBetween = ":::";

int64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

// Null-terminated arrays of arguments.
std::vector<std::vector<char*>> commands_of(char** words) {
    std::vector<std::vector<char*>> commands(1);
    for (; *words != nullptr; ++words)
        if (strcmp(*words, kBetween) == 0)
            commands.emplace_back();
        else
            commands.back().push_back(*words);
    for (auto& command : commands) command.push_back(nullptr);
    return commands;
}

// In a child process.
[[noreturn]] void become(char** command, size_t number) {
    const std::string said = "/said-" + std::to_string(number);
    const int file = open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, 1);
    dup2(file, 2);
    close(file);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

bool time_run(char** command, size_t number) {
    unlink(kLaps);
    const int64_t began = now();
    const pid_t child = fork();
    if (child == 0) become(command, number);
    int status = 0;
    if (waitpid(child, &status, 0) != child) return false;
    const int64_t ended = now();
    long long work_began = 0, first = 0, last = 0;
    FILE* laps = fopen(kLaps, "re");
    const bool has_laps = laps != nullptr && fscanf(laps, "%lld %lld %lld", &work_began, &first, &last) == 3;
    if (laps != nullptr) fclose(laps);
    if (!has_laps) {
        fprintf(stderr, "stopwatch: %s did not run laps, its status is %d\n", command[0], status);
        return false;
    }
    printf("%zu %d %lld %lld %lld\n", number, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           work_began - began, last - first, static_cast<long long>(ended - began));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    auto commands = commands_of(argv + 2);
    for (long round = strtol(argv[1], nullptr, 10); round > 0; --round)
        for (size_t i = 0; i < commands.size(); ++i)
            if (!time_run(commands[i].data(), i)) return 1;
    return 0;
}
