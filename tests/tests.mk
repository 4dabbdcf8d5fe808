# SPDX-License-Identifier: MIT
# Tests and checks. Every suite ends with a line "N passed, N failed"; `make test` runs them all and adds up.

# --- unit tests: one program of the sources as they are shipped; for the host and for sanitizers built by the same rules
TEST_SOURCES := $(wildcard tests/main.cpp tests/core/*_test.cpp tests/core/*/*_test.cpp tests/applets/*_test.cpp tests/applets/*/*_test.cpp)
CATCH2       := $(BUILD)/include/catch2
UAPI         := $(foreach abi,64 32 x32,$(BUILD)/include/uapi/asm/unistd_$(abi).h)
TESTFLAGS    := -isystem $(BUILD)/include -Wa,-I$(BUILD)/include

$(BUILD)/unit-tests: $(TEST_SOURCES:%.cpp=$(BUILD)/%.o) $(call objects,ship,$(SOURCES) registry.cpp notices.cpp) $(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(CXXFLAGS) $(LTO) -o $@ $^
	$(Q)$(STRIP) -S $@

$(BUILD)/tests/%.o: tests/%.cpp $(wildcard tests/fixtures/*/*) | $(TOOLCHAIN) $(LIB_ARCHIVES) $(CATCH2) $(UAPI)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(COMMON) $(TESTFLAGS) $(CXXFLAGS) -c -o $@ $<

# A copy, so that nothing else of the host's headers is seen.
$(CATCH2): /usr/include/catch2
	@mkdir -p $(@D)
	$(Q)cp -RT $< $@

# The numbers of all system calls, as the compiler's kernel headers have them.
$(UAPI): $(BUILD)/include/uapi/asm/%.h: | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)echo '#include <asm/$*.h>' | $(CXX) -x c -E -dM - > $@

in_host := BUILD=$(BUILD)/host CXX=g++-12 STRIP=true CXXFLAGS='-O1 -g' LTO= SHIPFLAGS=
in_asan := BUILD=$(BUILD)/asan CXX=g++-12 STRIP=true CXXFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover -Wno-maybe-uninitialized' LTO= SHIPFLAGS=
# Not "function": liblzma calls its decoders through pointers of a slightly different type.
in_fuzz := BUILD=$(BUILD)/fuzz CXX=clang++-19 CXXFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=function -fno-sanitize-recover=undefined' LTO= SHIPFLAGS=

$(BUILD)/host/unit-tests $(BUILD)/asan/unit-tests: $(BUILD)/%/unit-tests: FORCE
	$(Q)$(MAKE) --no-print-directory $(in_$*) $@

unit: $(BUILD)/host/unit-tests
	$(BUILD)/host/unit-tests
asan: $(BUILD)/asan/unit-tests
	$(BUILD)/asan/unit-tests

# --- programs that guests examine or run under --------------------------------------------------------------------
TRACEES := $(patsubst tests/%.cpp,$(BUILD)/%,$(wildcard tests/tracees/*.cpp)) $(BUILD)/tracees/storm-32 $(BUILD)/tracees/time32-calls

$(BUILD)/tracees/%: tests/tracees/%.cpp | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) -std=c++23 $(WARNINGS) -Os -static -s -o $@ $<

$(BUILD)/tracees/storm-32: tests/tracees/storm.cpp
	@mkdir -p $(@D)
	$(call say,CXX,$@)
	$(Q)$$(toolchain/musl-cxx i386) -std=c++23 $(WARNINGS) -Os -static -s -o $@ $<

$(BUILD)/tracees/time32-calls: tests/tracees/time32-calls.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$$(toolchain/musl-cxx i386) -x c -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Os -static -s -o $@ $<

# No C library, and addresses that are always the same.
$(BUILD)/tracees/every-call: tests/tracees/every-call.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)g++-12 -x c -O1 -Wall -Wextra -Werror -static -nostdlib -fno-stack-protector -fno-pie -no-pie -fcf-protection=none -s -o $@ $<

# Programs with several C libraries: what their names end in tells the library and the ABI.
ASK_TIME       := $(addprefix $(BUILD)/tracees/ask-time/bin/ask-time-,musl-64 musl-32 glibc-static glibc diet-64 diet-32 klibc-32)
LIBC_TIMES     := $(addprefix $(BUILD)/tracees/libc-times/bin/libc-times-,glibc-32 glibc-time64-32 diet-32 musl-32)
C_FLAGS        := -x c -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Os -s
STATIC_FLAGS   := -fno-pie -no-pie -fno-stack-protector -nostdinc -nostdlib -static
DIET           := build/c-libraries/dietlibc
KLIBC          := build/c-libraries/klibc-i386/usr/lib/klibc
GLIBC          := build/c-libraries/glibc-i386/usr
LIBGCC         := build/c-libraries/gcc-i386/usr/lib/gcc/x86_64-linux-gnu/12/32
build/c-libraries/PACKAGES: toolchain/c-libraries
	@toolchain/c-libraries $(@D)
$(BUILD)/tracees/ask-time: $(ASK_TIME)
	@touch $@
$(ASK_TIME): $(BUILD)/tracees/ask-time/bin/ask-time-%: tests/tracees/ask-time.c build/c-libraries/PACKAGES | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(compile_$*)
$(BUILD)/tracees/libc-times: $(LIBC_TIMES)
	@touch $@
$(LIBC_TIMES): $(BUILD)/tracees/libc-times/bin/libc-times-%: tests/tracees/libc-times.c build/c-libraries/PACKAGES | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(compile_$*)
compile_musl-64      = $(CXX) $(C_FLAGS) -DLARGE -static -o $@ $<
compile_musl-32      = $$(toolchain/musl-cxx i386) $(C_FLAGS) -DLARGE -static -o $@ $<
compile_glibc-static = g++-12 $(C_FLAGS) -DLARGE -pthread -static -o $@ $<
compile_glibc        = g++-12 $(C_FLAGS) -DLARGE -pthread -Wl,--as-needed -o $@ $<
compile_diet-64      = g++-12 -m64 $(C_FLAGS) $(STATIC_FLAGS) -isystem $(DIET)-amd64/usr/include/diet -o $@ $< \
                       -x none $(DIET)-amd64/usr/lib/x86_64-linux-gnu/diet/lib-x86_64/start.o $(DIET)-amd64/usr/lib/x86_64-linux-gnu/diet/lib-x86_64/libc.a
compile_diet-32      = g++-12 -m32 -Wl,--no-warnings $(C_FLAGS) -D__dietlibc__ -D_ATFILE_SOURCE $(STATIC_FLAGS) -isystem $(DIET)-i386/usr/include/diet -o $@ $< \
                       -x none $(DIET)-i386/usr/lib/i386-linux-gnu/diet/lib-i386/start.o $(DIET)-i386/usr/lib/i386-linux-gnu/diet/lib-i386/libc.a $(LIBGCC)/libgcc.a
compile_glibc-32     = g++-12 -m32 $(C_FLAGS) $(STATIC_FLAGS) -isystem $$(g++-12 -print-file-name=include) -isystem $(GLIBC)/include/i386-linux-gnu \
                       -isystem $(GLIBC)/include -o $@ $< -x none $(GLIBC)/lib/i386-linux-gnu/crt1.o $(GLIBC)/lib/i386-linux-gnu/crti.o \
                       -Wl,--start-group $(GLIBC)/lib/i386-linux-gnu/libc.a $(LIBGCC)/libgcc.a $(LIBGCC)/libgcc_eh.a -Wl,--end-group $(GLIBC)/lib/i386-linux-gnu/crtn.o
compile_glibc-time64-32 = $(compile_glibc-32) -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64
# As its own compiler driver, klcc, calls the compiler.
compile_klibc-32     = g++-12 -m32 $(C_FLAGS) $(STATIC_FLAGS) -mregparm=3 -D_REGPARM=3 -D__KLIBC__=2 -D__KLIBC_MINOR__=0 -D_BITSIZE=32 \
                       -isystem $$(g++-12 -print-file-name=include) -isystem $(KLIBC)/include/arch/i386 -isystem $(KLIBC)/include/bits32 \
                       -isystem $(KLIBC)/include -o $@ $< -x none $(KLIBC)/lib/crt0.o $(KLIBC)/lib/libc.a

# --- all tests --------------------------------------------------------------------------------------------------
test: $(EARLYBOX) $(BUILD)/host/unit-tests $(BUILD)/unit-tests $(BUILD)/tracees/every-call image $(BUILD)/demo.cpio.gz $(TRACEES) $(BUILD)/tracees/ask-time $(BUILD)/tracees/libc-times guest-programs kernels
	tests/all $(BUILD)/host/unit-tests $(BUILD)/unit-tests 'tests/cli/run $(EARLYBOX)' \
		'tests/dmesg/run $(EARLYBOX)' 'tests/strace/run $(EARLYBOX)' \
		'tests/strace/every-call $(EARLYBOX) $(BUILD)/tracees/every-call' \
		'tests/strace/hostile $(EARLYBOX) $(BUILD)/tracees/storm $(BUILD)/tracees/storm-32' \
		'tests/browser/run $(EARLYBOX)' 'tests/cli/kernel-images $(EARLYBOX) $(BUILD)/kernels/own-6.1' \
		'tests/disassembly/run $(EARLYBOX) $(BUILD)/host/unit-tests' tests/lint/arrows tests/guest/selftest 'tests/guest/run --again 3'

# --- checks -----------------------------------------------------------------------------------------------------
CPP_FILES     := $(shell git ls-files --cached --others --exclude-standard core applets tests | grep -E '\.(cpp|h)$$')
SHELL_SCRIPTS  = $(shell git ls-files --cached --others --exclude-standard | xargs awk 'FNR == 1 && /^\#!\/bin\/(ba)?sh$$/ { print FILENAME }')

lint: $(patsubst %.cpp,$(BUILD)/tidy/%.ok,$(SHIPPED) $(SOURCES))
	clang-format-19 --dry-run -Werror $(CPP_FILES)
	shellcheck -x $(SHELL_SCRIPTS)
	tests/lint/licence-lines
	tests/lint/arrows

$(BUILD)/tidy/%.ok: %.cpp .clang-tidy $(filter core/% applets/%,$(CPP_FILES)) | $(LIB_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy-19 --quiet $< -- $(COMMON) 2>$(@:.ok=.log) || { cat $(@:.ok=.log); false; }
	@touch $@

architectures:
	$(Q)for arch in i386 aarch64; do $(MAKE) --no-print-directory ARCH=$$arch BUILD=$(BUILD)/$$arch || exit; done

# Optimised as a whole the binary has no parts any more: they are told from one that is not.
size: $(EARLYBOX)
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/parts LTO= $(BUILD)/parts/earlybox
	tests/size $< $(BUILD)/parts/earlybox $(BUILD)/parts/earlybox.map

BENCH_PROGRAMS := $(BUILD)/bench/trace_floor $(BUILD)/bench/stopwatch $(BUILD)/bench/laps

bench: $(EARLYBOX) $(BENCH_PROGRAMS) $(BUILD)/tracees/refuse $(BUILD)/tracees/ask-time image guest-programs kernels
	tests/bench/run $< $(BUILD)/guest/busybox-amd64 $(BUILD)/kernels/debian-6.12 $(BUILD)/bench/trace_floor $(BUILD)/tracees
	tests/bench/guests

$(BUILD)/bench/%: tests/bench/%.cpp | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) -std=c++23 $(WARNINGS) -O2 -static -s -o $@ $<

# --- fuzzing: a program for each file in tests/fuzz, FUZZ_SECONDS each ------------------------------------------------
FUZZ_SECONDS ?= 10
FUZZERS      := $(patsubst tests/fuzz/%.cpp,%,$(wildcard tests/fuzz/*.cpp))

fuzz: $(FUZZERS:%=fuzz-%)
fuzzers:
	$(Q)$(MAKE) --no-print-directory $(in_fuzz) $(FUZZERS:%=$(BUILD)/fuzz/fuzzers/%)
$(FUZZERS:%=fuzz-%): fuzz-%: fuzzers
	@mkdir -p $(BUILD)/fuzz/found/$*
	$(call say,FUZZ,$*)
	$(Q)$(BUILD)/fuzz/fuzzers/$* -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -artifact_prefix=$(BUILD)/fuzz/found/$*- \
		$(BUILD)/fuzz/found/$* $(wildcard tests/fixtures/$*) >$(BUILD)/fuzz/$*.log 2>&1 || { tail -n 50 $(BUILD)/fuzz/$*.log; false; }

# Parsers that one applet has for itself.
FUZZED := applets/dmesg/% $(patsubst %,applets/oomscan/%.cpp,badness html memory verdict view) applets/trace-syscall/decoder.cpp applets/trace-syscall/internet_address.cpp \
          applets/trace-syscall/packed_forms.cpp applets/trace-syscall/printer.cpp applets/trace-syscall/style.cpp core/abi/% core/sys/process.cpp
$(FUZZERS:%=$(BUILD)/fuzzers/%): $(BUILD)/fuzzers/%: $(BUILD)/tests/fuzz/%.o $(call objects,ship,$(filter core/base/% core/parse/% $(FUZZED),$(SOURCES))) $(LIB_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(CXXFLAGS) -fsanitize=fuzzer -o $@ $^

FORCE:
.PHONY: unit asan test lint architectures size bench fuzz fuzzers $(FUZZERS:%=fuzz-%) FORCE
