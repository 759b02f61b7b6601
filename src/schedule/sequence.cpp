#include <algorithm>
#include <cmath>
#include <utility>

#include "onecycle/schedule/compose.h"
#include "schedule/landmarks.h"

namespace onecycle {
namespace {

class Sequence final : public detail::AnySchedule {
 public:
  explicit Sequence(std::vector<Part> parts) : parts_(std::move(parts)) {
    require(!parts_.empty(), ErrorKind::usage, "sequence: expected at least one part, got none");
    double percent = 0.0;
    for (const Part& part : parts_) {
      const double amount = part.length.amount();
      require(part.length.is_rest() || kSomeLength.contains(amount), ErrorKind::usage,
              "sequence: expected lengths above 0, got ", part.length.text());
      const bool counted = !part.length.is_rest() && !part.length.is_share();
      require(!counted || (amount >= 1.0 && amount == std::floor(amount)), ErrorKind::usage,
              "sequence: expected whole numbers of iterations >= 1, got ", amount);
      percent += part.length.is_share() ? amount : 0.0;
      rests_ += part.length.is_rest() ? 1 : 0;
    }
    require(percent <= 100.0 + 1e-7, ErrorKind::usage,
            "sequence: expected shares that add up to at most 100 %, got ", percent, " %");
  }

  [[nodiscard]] Values at(Position position) const override {
    // Walked anew each time: parts are few, and a cache would make the function stateful.
    Walk walk = begin(position.total);
    std::int64_t start = 0;
    std::int64_t length = next_length(0, walk);
    std::size_t i = 0;
    Values before;
    // `start + length` would overflow in the longest runs.
    while (i + 1 < parts_.size() && position.iteration - start >= length) {
      before = stop(i, length, before);
      start += length;
      length = next_length(++i, walk);
    }
    const std::int64_t own = std::max<std::int64_t>(1, length);
    const std::int64_t t = std::max<std::int64_t>(0, position.iteration - start);
    Values values =
        i == 0 ? parts_[i].schedule.at(t, own) : parts_[i].schedule.continued(t, own, before.lr);
    keep_from(before, values);
    return values;
  }

  [[nodiscard]] Outline outline() const override {
    Outline outline{.kind = Outline::Kind::sequence};
    for (const Part& part : parts_) {
      outline.parts.push_back(part.schedule.outline());
      outline.parts.back().length = part.length;
    }
    return outline;
  }

  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    Iterations all;
    for_each_stretch(total, [&](const Part& part, std::int64_t start, std::int64_t length) {
      append(all, part.schedule.cycle_ends(length), start, total);
    });
    return all;
  }

  [[nodiscard]] Iterations jumps(std::int64_t total) const override {
    Iterations all;
    for_each_stretch(total, [&](const Part& part, std::int64_t start, std::int64_t length) {
      append(all, {0}, start, total);
      append(all, part.schedule.jumps(length), start, total);
    });
    return all;
  }

  [[nodiscard]] std::vector<std::string> others() const override {
    std::vector<std::string> names;
    for (const Part& part : parts_) {
      merge(names, part.schedule.others());
    }
    return names;
  }

  void check(std::int64_t total) const override {
    for_each_stretch(total, [&](const Part& part, std::int64_t start, std::int64_t length) {
      require(start < total || start == 0, ErrorKind::usage, "sequence: expected room for '",
              part.schedule.text(), "' in a run of ", total,
              " iterations, but the parts before it take them all; shorten them or make the run "
              "longer");
      part.schedule.check(std::max<std::int64_t>(1, length));
    });
  }

 private:
  /// What the parts before have taken.
  struct Walk {
    std::int64_t total;
    std::int64_t left;  // iterations for all parts called `rest`
    double percent = 0.0;
    std::int64_t rests_before = 0;
  };

  [[nodiscard]] Walk begin(std::int64_t total) const {
    std::int64_t left = total;
    double percent = 0.0;
    for (const Part& part : parts_) {
      if (part.length.is_share()) {
        percent += part.length.amount();
      } else {
        left -= std::min(left, part.length.whole(total));  // more is cut off
      }
    }
    return {total, left - std::min(left, Length::percent(percent).whole(total))};
  }

  [[nodiscard]] std::int64_t next_length(std::size_t i, Walk& walk) const {
    const Length& length = parts_[i].length;
    if (length.is_rest()) {
      const std::int64_t k = walk.rests_before++;
      return rest_before(k + 1, walk.left) - rest_before(k, walk.left);
    }
    if (!length.is_share()) {
      return length.whole(walk.total);
    }
    const std::int64_t before = Length::percent(walk.percent).whole(walk.total);
    walk.percent += length.amount();
    return Length::percent(walk.percent).whole(walk.total) - before;
  }

  /// What the first `i` parts called `rest` get of `left`: floor(left i / rests), without the
  /// product, which overflows.
  [[nodiscard]] std::int64_t rest_before(std::int64_t i, std::int64_t left) const {
    return left / rests_ * i + left % rests_ * i / rests_;
  }

  /// What part `i`, which has `length` iterations, leaves behind.
  [[nodiscard]] Values stop(std::size_t i, std::int64_t length, const Values& before) const {
    if (length == 0) {
      return before;
    }
    Values last = i == 0 ? parts_[i].schedule.at(length, length)
                         : parts_[i].schedule.continued(length, length, before.lr);
    keep_from(before, last);
    return last;
  }

  /// What a part leaves alone stays as the part before left it. The optimizer cannot be asked: its
  /// values would depend on history, and a resumed run would differ.
  static void keep_from(const Values& before, Values& values) {
    values.momentum = values.momentum ? values.momentum : before.momentum;
    values.weight_decay = values.weight_decay ? values.weight_decay : before.weight_decay;
  }

  template <class Act>
  void for_each_stretch(std::int64_t total, Act act) const {
    Walk walk = begin(total);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::int64_t length = next_length(i, walk);
      act(parts_[i], start, length);
      start += std::min(length, total - start);
    }
  }

  std::vector<Part> parts_;
  std::int64_t rests_ = 0;
};

}  // namespace

Schedule sequence(std::vector<Part> parts) {
  return Schedule(std::make_shared<const Sequence>(std::move(parts)));
}

}  // namespace onecycle
