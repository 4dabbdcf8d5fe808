// SPDX-License-Identifier: MIT
#include "core/base/result.h"

#include <string.h>

#include <iterator>

#include "core/base/text.h"

namespace earlybox {
namespace {

// errno 1… in order, as x86, arm64 and the generic ABI number them (uapi asm-generic/errno-base.h, errno.h).
// clang-format off
constexpr const char* kErrnoNames[] = {
    "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD",
    "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR",
    "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS",
    "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY",
    "ELOOP", "", "ENOMSG", "EIDRM", "ECHRNG", "EL2NSYNC", "EL3HLT", "EL3RST", "ELNRNG", "EUNATCH",
    "ENOCSI", "EL2HLT", "EBADE", "EBADR", "EXFULL", "ENOANO", "EBADRQC", "EBADSLT", "", "EBFONT",
    "ENOSTR", "ENODATA", "ETIME", "ENOSR", "ENONET", "ENOPKG", "EREMOTE", "ENOLINK", "EADV", "ESRMNT",
    "ECOMM", "EPROTO", "EMULTIHOP", "EDOTDOT", "EBADMSG", "EOVERFLOW", "ENOTUNIQ", "EBADFD", "EREMCHG",
    "ELIBACC", "ELIBBAD", "ELIBSCN", "ELIBMAX", "ELIBEXEC", "EILSEQ", "ERESTART", "ESTRPIPE", "EUSERS",
    "ENOTSOCK", "EDESTADDRREQ", "EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT",
    "ESOCKTNOSUPPORT", "EOPNOTSUPP", "EPFNOSUPPORT", "EAFNOSUPPORT", "EADDRINUSE", "EADDRNOTAVAIL",
    "ENETDOWN", "ENETUNREACH", "ENETRESET", "ECONNABORTED", "ECONNRESET", "ENOBUFS", "EISCONN",
    "ENOTCONN", "ESHUTDOWN", "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN", "EHOSTUNREACH",
    "EALREADY", "EINPROGRESS", "ESTALE", "EUCLEAN", "ENOTNAM", "ENAVAIL", "EISNAM", "EREMOTEIO",
    "EDQUOT", "ENOMEDIUM", "EMEDIUMTYPE", "ECANCELED", "ENOKEY", "EKEYEXPIRED", "EKEYREVOKED",
    "EKEYREJECTED", "EOWNERDEAD", "ENOTRECOVERABLE", "ERFKILL", "EHWPOISON",
};
// clang-format on

}  // namespace

Error::Error(TextView what, int code) : what(what), code(code) {}
Error::Error(TextView what, int code, TextView cause, TextView remedy)
    : what(what), code(code), cause(cause), remedy(remedy) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

std::unexpected<Error> failure(TextView what, int code) {
    return std::unexpected<Error>(std::in_place, what, code);
}
std::unexpected<Error> failure(TextView what, int code, TextView cause, TextView remedy) {
    return std::unexpected<Error>(std::in_place, what, code, cause, remedy);
}

std::string errno_name(int code) {
    const auto index = static_cast<size_t>(code) - 1;
    if (index < std::size(kErrnoNames) && kErrnoNames[index][0] != '\0') return kErrnoNames[index];
    return concat("errno ", code);
}

std::string describe(const Error& error) {
    std::string text = error.what;
    if (error.code != 0) append(text, ": ", strerror(error.code), " (", errno_name(error.code), ")");
    if (!error.cause.empty()) append(text, "\n  cause: ", error.cause);
    if (!error.remedy.empty()) append(text, "\n  try: ", error.remedy);
    return text;
}

std::string one_line(const Error& error) {
    std::string text = describe(Error(error.what, error.code));
    if (!error.cause.empty()) append(text, ": ", error.cause);
    return text;
}

}  // namespace earlybox
