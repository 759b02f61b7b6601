// A finder's curve from CSV: every rule answers with a rate, or says why not.

#include <cmath>

#include "fuzz/target.h"
#include "onecycle/core/csv.h"
#include "onecycle/finder/curve_io.h"

namespace onecycle {

void fuzz::read(std::string_view text) {
  may_refuse([&] {
    for (const Suggestion& suggestion : suggest(curve_of(parse_csv(text, "curve.csv")))) {
      expect(suggestion.lr.has_value() == suggestion.why.empty(),
             cat("a rate or a reason from ", suggestion.rule));
      const double lr = suggestion.lr.value_or(1.0);
      expect(std::isfinite(lr) && lr > 0.0,
             cat("a finite rate > 0 from ", suggestion.rule, ", got ", lr));
    }
  });
}

}  // namespace onecycle
