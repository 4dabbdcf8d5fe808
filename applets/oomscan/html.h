// SPDX-License-Identifier: MIT
// Incidents as one HTML page that needs nothing else: no file, no network. Its security policy admits only
// its own script and style, by their hashes.
#pragma once
#include "applets/oomscan/verdict.h"
#include "core/base/output.h"
#include "core/parse/oom.h"

namespace earlybox::oomscan {

class HtmlPage {
 public:
    explicit HtmlPage(Output& out);
    ~HtmlPage();
    HtmlPage(const HtmlPage&) = delete;
    HtmlPage& operator=(const HtmlPage&) = delete;

    void add(const OomIncident& incident, const Verdict& verdict);

 private:
    Output& out_;
};

}  // namespace earlybox::oomscan
