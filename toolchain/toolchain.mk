# SPDX-License-Identifier: MIT
# The compiler, third-party libraries, guest kernels and guest programs. Everything slow is cached under ~/.cache/earlybox.

# --- compiler: static musl for ARCH (x86_64, i386, aarch64), unless CXX= is given --------------------------------
ARCH ?= x86_64
ifeq ($(origin CXX),default)
  CXX       := $(shell toolchain/musl-cxx --path $(ARCH))
  $(if $(CXX),,$(error there is no compiler for ARCH=$(ARCH): it is x86_64, i386 or aarch64, or CXX names yours))
  AR        := $(CXX:%g++=%ar)
  STRIP     := $(CXX:%g++=%strip)
  TOOLCHAIN := $(CXX)
$(TOOLCHAIN):
	@toolchain/musl-cxx $(ARCH) >/dev/null
endif
STRIP ?= strip
cxx: $(TOOLCHAIN)

# --- third-party libraries: one file each in toolchain/libraries -------------------------------------------------
# DISASM=0 builds without the one that prints instructions (ksyms --disasm), 78 kB of the binary.
DISASM       ?= 1
DISASM_IS    := $(BUILD)/disasm
LIBS         := $(filter-out $(if $(filter 0,$(DISASM)),zydis),$(notdir $(wildcard toolchain/libraries/*)))
LIB_ARCHIVES := $(foreach lib,$(LIBS),$(BUILD)/lib/$(lib)/lib$(lib).a)
LIB_CPPFLAGS := $(foreach lib,$(LIBS),-isystem $(BUILD)/lib/$(lib)/include)
LIB_CFLAGS   := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-stack-protector

define library
$(BUILD)/lib/$(1)/lib$(1).a: toolchain/library toolchain/libraries/$(1) | $(TOOLCHAIN)
	$$(call say,LIB,$$@)
	$$(Q)CXX="$$(CXX)" AR="$$(AR)" toolchain/library $(1) $$(@D) $$(CXXFLAGS:-Oz=-Os) $$(LIB_CFLAGS)
$(BUILD)/lib/$(1)/NOTICE: $(BUILD)/lib/$(1)/lib$(1).a
endef
$(foreach lib,$(LIBS),$(eval $(call library,$(lib))))

# Changes when DISASM does.
$(DISASM_IS): FORCE
	@mkdir -p $(@D)
	@echo $(DISASM) | cmp -s - $@ || echo $(DISASM) >$@

# The licences of everything inside the binary. Another compiler's libraries are its owner's affair.
$(BUILD)/notices.txt: LICENSE $(LIBS:%=$(BUILD)/lib/%/NOTICE) $(DISASM_IS) | $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)for notice in $(filter-out $(DISASM_IS),$^) $(TOOLCHAIN:%=$(dir $(TOOLCHAIN))../NOTICE); do cat $$notice && echo; done > $@

# --- guests: kernels and real programs ---------------------------------------------------------------------------
KERNELS := own-6.1 own-5.10 own-6.12 debian-6.1 debian-6.12
kernels: $(KERNELS:%=build/kernels/%)
$(KERNELS:%=build/kernels/%): toolchain/kernels/get toolchain/kernels/guest.frag
	@toolchain/kernels/get $@

guest-programs: build/guest/PACKAGES
build/guest/PACKAGES: toolchain/guest-programs
	@toolchain/guest-programs $(@D)

.PHONY: cxx kernels guest-programs FORCE
