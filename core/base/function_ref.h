// SPDX-License-Identifier: MIT
// A callable that is called while it lives, for functions too large to be templates.
#pragma once
#include <type_traits>
#include <utility>

namespace earlybox {

template <class Signature>
class FunctionRef;

template <class Return, class... Arguments>
class FunctionRef<Return(Arguments...)> {
 public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef>)
    FunctionRef(Callable&& callable)  // NOLINT(google-explicit-constructor): lambdas are passed as they are
        : callable_(const_cast<void*>(static_cast<const void*>(&callable))),
          call_([](void* object, Arguments... arguments) -> Return {
              return (*static_cast<std::remove_reference_t<Callable>*>(object))(
                  std::forward<Arguments>(arguments)...);
          }) {}

    Return operator()(Arguments... arguments) const {
        return call_(callable_, std::forward<Arguments>(arguments)...);
    }

 private:
    void* callable_;
    Return (*call_)(void*, Arguments...);
};

}  // namespace earlybox
