# SPDX-License-Identifier: MIT
# The images, the demo and its shell. The including Makefile sets BUILD and EARLYBOX.

GUEST := build/guest
DEMO_KERNEL := build/kernels/own-6.1
MKCPIO := initramfs/mkcpio initramfs/contents

.PHONY: image demo shell
image: $(BUILD)/overlay.cpio.gz $(BUILD)/initramfs.cpio.gz

$(BUILD)/overlay.cpio.gz: $(EARLYBOX) $(MKCPIO)
	$(call say,CPIO,$@)
	$(Q)initramfs/contents overlay $(EARLYBOX) >$@.manifest
	$(Q)initramfs/mkcpio $@ $@.manifest

$(BUILD)/initramfs.cpio.gz: $(EARLYBOX) $(GUEST)/PACKAGES $(MKCPIO)
	$(call say,CPIO,$@)
	$(Q)initramfs/contents standalone $(EARLYBOX) $(GUEST)/busybox-amd64 $(GUEST)/busybox-amd64 >$@.manifest
	$(Q)initramfs/mkcpio $@ $@.manifest

# The guest of the demo: the same, but its userland is 32-bit.
$(BUILD)/demo.cpio.gz: $(EARLYBOX) $(GUEST)/PACKAGES initramfs/demo/story $(MKCPIO)
	$(call say,CPIO,$@)
	$(Q)initramfs/contents standalone $(EARLYBOX) $(GUEST)/busybox-i386 $(GUEST)/busybox-amd64 >$@.manifest
	$(Q)echo file /story 755 initramfs/demo/story >>$@.manifest
	$(Q)initramfs/mkcpio $@ $@.manifest

DEMO_GUEST = qemu-system-x86_64 -accel $(or $(EARLYBOX_ACCEL),tcg) -M pc -m 48 -nodefaults -no-reboot \
	-kernel $(DEMO_KERNEL) -initrd $(BUILD)/demo.cpio.gz
DEMO_PARAMETERS = console=ttyS0 quiet loglevel=0 panic=-1 reboot=t

demo: $(BUILD)/demo.cpio.gz $(DEMO_KERNEL)
	@initramfs/demo/play $(DEMO_GUEST) -display none -serial stdio \
		-append "$(DEMO_PARAMETERS) earlybox.doctor=0 earlybox.run=/story"

shell: $(BUILD)/demo.cpio.gz $(DEMO_KERNEL)
	@echo 'A 32-bit guest without CONFIG_COMPAT_32BIT_TIME. To leave: poweroff -f, or Ctrl-A x.'
	@$(DEMO_GUEST) -display none -serial mon:stdio -append "$(DEMO_PARAMETERS)"
