# SPDX-License-Identifier: MIT
# The whole build. `make` builds build/earlybox; README.md lists the rest. Settings may stand in config.mk; V=1 shows the commands.
VERSION := 0.1.0
-include config.mk
BUILD ?= build
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(2)
.DELETE_ON_ERROR:
.SECONDARY:
all: $(BUILD)/earlybox

include toolchain/toolchain.mk

# --- what is built ----------------------------------------------------------------------------------------------
APPLETS  := $(sort $(basename $(notdir $(wildcard applets/*.cpp))))
SHIPPED  := core/main.cpp core/runtime.cpp
SOURCES  := $(filter-out $(SHIPPED),$(wildcard core/*.cpp core/*/*.cpp applets/*.cpp applets/*/*.cpp))
objects   = $(patsubst %.cpp,$(BUILD)/$(1)/%.o,$(2))
symbol    = applet_$(subst -,_,$(1))

EARLYBOX := $(BUILD)/earlybox

WARNINGS  := -Wall -Wextra -Wno-missing-field-initializers -Werror
CXXFLAGS  ?= -Oz
COMMON    := -std=c++23 $(WARNINGS) $(if $(filter i386,$(ARCH)),-Wno-psabi) -I. $(LIB_CPPFLAGS) -DEARLYBOX_VERSION='"$(VERSION)"' -MMD -MP
# An eighth smaller than without. One partition: functions written in assembly are named from others.
LTO       := -flto -flto-partition=one
# No padding between functions and tables.
DENSE     := -fno-align-functions -fno-align-loops -fno-align-jumps -fno-align-labels $(if $(filter x86_64 i386,$(ARCH)),-malign-data=abi)
# No exceptions, RTTI or thread-safe statics: the tool has one thread and returns its errors.
SHIPFLAGS := -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-asynchronous-unwind-tables -fno-unwind-tables \
             -fno-stack-protector -ffunction-sections -fdata-sections -fomit-frame-pointer $(DENSE) $(LTO)
SHIPLINK  := -static -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noseparate-code -Wl,--sort-section=alignment -s

$(BUILD)/earlybox: $(call objects,ship,$(SHIPPED) $(SOURCES) registry.cpp notices.cpp) $(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(CXXFLAGS) $(SHIPFLAGS) $(SHIPLINK) -Wl,-Map=$@.map -o $@ $^

$(BUILD)/ship/%.o: %.cpp Makefile | $(TOOLCHAIN) $(LIB_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(COMMON) $(CXXFLAGS) $(SHIPFLAGS) -c -o $@ $<
$(BUILD)/ship/%.o: $(BUILD)/%.cpp Makefile | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(COMMON) $(CXXFLAGS) $(SHIPFLAGS) -c -o $@ $<
$(BUILD)/ship/applets/ksyms/disassembly.o: $(DISASM_IS)
# Read at the speed of grep.
$(addprefix $(BUILD)/ship/core/,parse/kallsyms.o parse/embedded_kallsyms.o base/search.o): CXXFLAGS += -O2
# Ten times as fast as journalctl.
$(addprefix $(BUILD)/ship/core/,parse/journal.o parse/journal_hash.o sys/block_cache.o): CXXFLAGS += -O2

# The registry is made from the names of the files in applets/: a missing applet is a link error.
$(BUILD)/registry.cpp: $(wildcard applets) Makefile
	@mkdir -p $(@D)
	$(Q){ echo '#include "core/applet.h"'; echo 'namespace earlybox {'; \
	  $(foreach a,$(APPLETS),echo 'extern const Applet $(call symbol,$(a));';) \
	  echo 'static constexpr const Applet* kApplets[] = {'; \
	  $(foreach a,$(APPLETS),echo '    &$(call symbol,$(a)),';) \
	  echo '};'; echo 'std::span<const Applet* const> all_applets() { return kApplets; }'; echo '}'; } > $@

# Packed to a quarter; to be unpacked in little memory.
$(BUILD)/notices.cpp: $(BUILD)/notices.txt Makefile
	$(Q){ echo '#include "core/notices.h"'; echo 'namespace earlybox {'; echo 'static constexpr unsigned char kPacked[] = {'; \
	  xz --format=lzma --lzma1=preset=9e,dict=64KiB <$< | od -An -v -tu1 | sed 's/[0-9]\+/&,/g'; echo '};'; \
	  echo 'std::span<const unsigned char> packed_notices() { return kPacked; }'; echo '}'; } > $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- images, guests, tests --------------------------------------------------------------------------------------
-include initramfs/initramfs.mk
-include tests/tests.mk

clean:
	rm -rf $(BUILD)
.PHONY: all clean
