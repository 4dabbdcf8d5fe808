// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/applet.h"
#include "core/base/text.h"
#include "tests/embed.h"
#include "tests/outcome.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

EMBED(own_612, "tests/fixtures/kallsyms/own-6.12")
EMBED(debian_612, "tests/fixtures/kallsyms/debian-6.12")

namespace {

constexpr const char* kConfiguration =
    "#\n"
    "# Automatically generated file; DO NOT EDIT.\n"
    "#\n"
    "CONFIG_AIO=y\n"
    "# CONFIG_COMPAT_32BIT_TIME is not set\n"
    "CONFIG_DEFAULT_HOSTNAME=\"(none)\"\n"
    "CONFIG_VIRTIO_BLK=m\n"
    "CONFIG_VIRTIO_NET=y\n";

struct Tree : TemporaryTree {
    Outcome kconfig(std::vector<std::string> words) const {
        words.insert(words.begin(), {"kconfig", "--root", path()});
        return call(words);
    }
};

struct Configured : Tree {
    Configured() { add("proc/sys/kernel/osrelease", "6.1.0\n").add("boot/config-6.1.0", kConfiguration); }
};

}  // namespace

TEST_CASE("kconfig without operands prints the configuration as it is") {
    const auto all = Configured().kconfig({});
    CHECK(all.code == kFine);
    CHECK(all.out == kConfiguration);
}

TEST_CASE("kconfig answers names and patterns, with or without CONFIG_") {
    Configured tree;
    const std::string head = concat("# ", tree.path(), "/boot/config-6.1.0\n");
    CHECK(tree.kconfig({"AIO"}).out == head + "CONFIG_AIO=y\n");
    CHECK(tree.kconfig({"CONFIG_COMPAT_32BIT_TIME"}).out == head + "# CONFIG_COMPAT_32BIT_TIME is not set\n");
    const auto pattern = tree.kconfig({"VIRTIO_*"});
    CHECK(pattern.code == kFine);
    CHECK(pattern.out == head + "CONFIG_VIRTIO_BLK=m\nCONFIG_VIRTIO_NET=y\n");
    CHECK(tree.kconfig({"--json", "VIRTIO_BLK"}).out ==
          concat("{\"option\":\"CONFIG_VIRTIO_BLK\",\"value\":\"m\",\"source\":\"", tree.path(),
                 "/boot/config-6.1.0\",\"inferred\":false}\n"));
}

TEST_CASE("kconfig says by its exit code what does not hold, and what is not there") {
    Configured tree;
    CHECK(tree.kconfig({"AIO=y", "COMPAT_32BIT_TIME=n", "VIRTIO_BLK=m"}).code == kFine);
    CHECK(tree.kconfig({"DEFAULT_HOSTNAME=(none)", "DEFAULT_HOSTNAME=\"(none)\""}).code == kFine);
    CHECK(tree.kconfig({"AIO=y", "VIRTIO_BLK=y"}).code == kBadNews);
    CHECK(tree.kconfig({"VIRTIO_*=y"}).code == kBadNews);
    CHECK(tree.kconfig({"VIRTIO_N*=y"}).code == kFine);
    CHECK(tree.kconfig({"NO_SUCH_*"}).code == kBadNews);
    CHECK(tree.kconfig({"NO_SUCH_OPTION=n"}).code == kFine);
    const auto missing = tree.kconfig({"VIRTO_NET"});
    CHECK(missing.code == kBadNews);
    CHECK(missing.err == concat("earlybox kconfig: CONFIG_VIRTO_NET does not occur in ", tree.path(),
                                "/boot/config-6.1.0; did you mean CONFIG_VIRTIO_NET?\n"));
}

TEST_CASE("kconfig looks where distributions keep configurations") {
    Tree modules;
    modules.add("proc/sys/kernel/osrelease", "6.6.1-fc\n").add("lib/modules/6.6.1-fc/config", kConfiguration);
    CHECK(modules.kconfig({"AIO=y"}).code == kFine);

    Tree disk;  // of a machine that is not running
    disk.add("boot/config-6.6.1", kConfiguration);
    CHECK(disk.kconfig({"AIO=y"}).code == kFine);
    disk.add("boot/config-6.6.2", kConfiguration);
    const auto which = disk.kconfig({"AIO"});
    CHECK(which.code == kFailed);
    CHECK_THAT(which.err, Catch::Contains("several kernels: 6.6.1, 6.6.2"));
    CHECK(disk.kconfig({"-K", "/boot/config-6.6.2", "AIO=y"}).code == kFine);

    const auto none = Tree().kconfig({});
    CHECK(none.code == kFailed);
    CHECK_THAT(none.err, Catch::Contains("there is no proc/config.gz, boot/config-RELEASE or"));
}

TEST_CASE("kconfig infers from symbols where there is no configuration, and says so") {
    Tree tree;
    tree.add("proc/kallsyms", concat(own_612(), "ffffffff81000000 T devtmpfs_create_node\n"));
    const std::string head = concat("# ", tree.path(), "/proc/kallsyms\n");
    CHECK(tree.kconfig({"AIO"}).out ==
          head + "CONFIG_AIO=y  # inferred, because __x64_sys_io_setup is implemented\n");
    const auto time32 = tree.kconfig({"COMPAT_32BIT_TIME=y"});
    CHECK(time32.code == kBadNews);
    CHECK_THAT(time32.out,
               Catch::Contains("# CONFIG_COMPAT_32BIT_TIME is not set  # inferred, because __ia32_") &&
                   Catch::Contains(" is only a weak stub\n"));
    CHECK(tree.kconfig({"DEVTMPFS=y", "PROC_FS=n"}).code == kFine);
    CHECK_THAT(tree.kconfig({"--json", "DEVTMPFS"}).out,
               Catch::EndsWith("\"inferred\":true,\"because\":\"there is devtmpfs_create_node\"}\n"));
    CHECK(tree.kconfig({"PSTORE=y"}).code == kBadNews);
    CHECK(tree.kconfig({"PSTORE=m"}).code == kFailed);  // may be, may not be
    CHECK(tree.kconfig({"PRINTK_CALLER"}).code == kFailed);
    CHECK(tree.kconfig({"RTC_HCTOSYS=n"}).code == kFailed);  // no data is listed
    const auto unknown = tree.kconfig({"EXT4_FS"});
    CHECK(unknown.code == kFailed);
    CHECK_THAT(unknown.err, Catch::Contains("has no symbol by which it is known"));

    Tree debian;
    debian.add("proc/kallsyms", concat(debian_612(), "ffffffffc0000000 t pstore_register\t[pstore]\n"));
    CHECK(debian.kconfig({"COMPAT_32BIT_TIME=y", "PSTORE=m"}).code == kFine);
}

TEST_CASE("kconfig compares") {
    Configured tree;
    tree.add("new",
             "CONFIG_AIO=y\nCONFIG_COMPAT_32BIT_TIME=y\nCONFIG_VIRTIO_NET=m\n# CONFIG_ZZ is not set\n");
    const auto differences = tree.kconfig({"--diff", "live", "/new"});
    CHECK(differences.code == kBadNews);
    CHECK(differences.out ==
          " CONFIG_COMPAT_32BIT_TIME n -> y\n"
          "-CONFIG_DEFAULT_HOSTNAME=\"(none)\"\n"
          "-CONFIG_VIRTIO_BLK=m\n"
          " CONFIG_VIRTIO_NET y -> m\n"
          "+# CONFIG_ZZ is not set\n");
    CHECK(tree.kconfig({"--diff", "live", "/new", "*BLK"}).out == "-CONFIG_VIRTIO_BLK=m\n");
    CHECK(tree.kconfig({"--diff", "--json", "live", "/new", "VIRTIO_NET"}).out ==
          "{\"option\":\"CONFIG_VIRTIO_NET\",\"before\":\"y\",\"after\":\"m\"}\n");
    const auto same = tree.kconfig({"--diff", "/new", "/new"});
    CHECK(same.code == kFine);
    CHECK(same.out == "");
    CHECK(tree.kconfig({"--diff", "/new"}).code == kUsage);
    CHECK(tree.kconfig({"--diff", "/new", "/nothing"}).code == kFailed);
}

TEST_CASE("kconfig compares a configuration with what symbols tell") {
    Configured tree;
    tree.add("proc/kallsyms", own_612());
    // The fixture has the handlers alone, so that these differ from the configuration and others are not
    // told.
    CHECK(tree.kconfig(
                  {"--diff", "-i", "live", "live", "AIO", "COMPAT_32*", "PSTORE", "PRINTK_CALLER", "KEXEC*"})
              .code == kFine);
    tree.add("wrong", "# CONFIG_AIO is not set\nCONFIG_COMPAT_32BIT_TIME=y\nCONFIG_NOT_KNOWN=y\n");
    CHECK(tree.kconfig({"--diff", "-i", "/wrong", "live", "AIO", "COMPAT_32*", "NOT_KNOWN", "EPOLL"}).out ==
          " CONFIG_AIO n -> y\n CONFIG_COMPAT_32BIT_TIME y -> n\n+CONFIG_EPOLL=y\n");
}

TEST_CASE("kconfig says why") {
    Configured tree;
    const auto aio = tree.kconfig({"--why", "AIO"});
    CHECK(aio.code == kFine);
    CHECK_THAT(aio.out,
               Catch::StartsWith("CONFIG_AIO=y\n  without   kernel asynchronous I/O (libaio) fails") &&
                   Catch::Contains("  calls     x86_64: io_setup, io_destroy"));
    CHECK_THAT(tree.kconfig({"--why", "DEVTMPFS"}).out,
               Catch::Contains("CONFIG_DEVTMPFS does not occur\n") &&
                   Catch::Contains("  decides   whether the kernel fills /dev") &&
                   Catch::Contains("  mounts    /dev: "));
    const auto unknown = tree.kconfig({"--why", "VIRTIO_NET"});
    CHECK(unknown.code == kBadNews);
    CHECK(unknown.out == "CONFIG_VIRTIO_NET=y\n");
    CHECK(tree.kconfig({"--why"}).code == kUsage);
    CHECK_THAT(Tree().kconfig({"--why", "AIO"}).out,
               Catch::StartsWith("CONFIG_AIO: there is no configuration"));
}
