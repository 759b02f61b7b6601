#include "onecycle/schedule/compose.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "schedule/landmarks.h"

namespace onecycle {
namespace {

/// What all compositions of parts that run side by side have in common.
class Together : public detail::AnySchedule {
 public:
  explicit Together(std::vector<Schedule> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    Iterations all;
    for (const Schedule& part : parts_) {
      all = merged(all, part.cycle_ends(total));
    }
    return all;
  }

  [[nodiscard]] Iterations jumps(std::int64_t total) const override {
    Iterations all;
    for (const Schedule& part : parts_) {
      all = merged(all, part.jumps(total));
    }
    return all;
  }

  [[nodiscard]] std::vector<std::string> others() const override {
    std::vector<std::string> names;
    for (const Schedule& part : parts_) {
      merge(names, part.others());
    }
    return names;
  }

  void check(std::int64_t total) const override {
    for (const Schedule& part : parts_) {
      part.check(total);
    }
  }

 protected:
  [[nodiscard]] Outline outline_as(Outline::Kind kind) const {
    Outline outline{.kind = kind};
    for (const Schedule& part : parts_) {
      outline.parts.push_back(part.outline());
    }
    return outline;
  }
  [[nodiscard]] const std::vector<Schedule>& parts() const { return parts_; }

 private:
  std::vector<Schedule> parts_;
};

/// Takes over what `own` prescribes beside the rate.
void override_with(Values& values, const Values& own) {
  values.momentum = own.momentum ? own.momentum : values.momentum;
  values.weight_decay = own.weight_decay ? own.weight_decay : values.weight_decay;
  for (const NamedValue& other : own.others) {
    const auto known = std::find_if(values.others.begin(), values.others.end(),
                                    [&](const NamedValue& v) { return v.name == other.name; });
    known != values.others.end() ? void(*known = other) : values.others.push_back(other);
  }
}

class Product : public Together {
 public:
  using Together::Together;

  [[nodiscard]] Values at(Position position) const override {
    Values values;
    for (const Schedule& factor : parts()) {
      const Values own = factor.at(position.iteration, position.total);
      values.lr *= own.lr;
      override_with(values, own);
    }
    return values;
  }

  [[nodiscard]] Outline outline() const override { return outline_as(Outline::Kind::product); }
};

/// A product but for parts with a floor.
class Chain final : public Product {
 public:
  using Product::Product;

  [[nodiscard]] Values at(Position position) const override {
    Values values = Product::at(position);
    const auto has_floor = [&](const Schedule& part) { return part.floor(position).has_value(); };
    if (std::any_of(parts().begin(), parts().end(), has_floor)) {
      values.lr = replayed(position);
    }
    return values;
  }

  [[nodiscard]] Outline outline() const override { return outline_as(Outline::Kind::chain); }

 private:
  /// What a part does to the rate depends on the rate it finds: there is no closed form.
  [[nodiscard]] double replayed(Position position) const {
    double lr = 1.0;
    std::vector<double> now;
    std::vector<double> floors;
    for (const Schedule& part : parts()) {
      now.push_back(part.at(0, position.total).lr);
      floors.push_back(part.floor(position).value_or(0.0));
      lr *= now.back();
    }
    for (std::int64_t t = 1; t <= position.iteration; ++t) {
      for (std::size_t i = 0; i < now.size(); ++i) {
        const double before = std::exchange(now[i], parts()[i].at(t, position.total).lr);
        const double floor = floors[i];
        // At its floor a part has no ratio: from there it moves the rate by its own difference.
        lr = before == floor ? lr + now[i] - before
                             : floor + (lr - floor) * (now[i] - floor) / (before - floor);
      }
    }
    return lr;
  }
};

class Over final : public Together {
 public:
  Over(Schedule head, Length length, Schedule main)
      : Together({std::move(head), std::move(main)}), length_(length) {
    require(!length.is_rest(), ErrorKind::usage,
            "over: expected the length of what lies over the beginning, as in "
            "'warmup for 5% over cosine', got none");
    require(kSomeLength.contains(length.amount()), ErrorKind::usage,
            "over: expected a length above 0, got ", length.text());
  }

  [[nodiscard]] Values at(Position position) const override {
    Values values = parts()[1].at(position.iteration, position.total);
    if (const std::int64_t length = length_.whole(position.total); position.iteration < length) {
      const Values head = parts()[0].at(position.iteration, length);
      values.lr = head.lr;
      override_with(values, head);
    }
    return values;
  }

  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    return parts()[1].cycle_ends(total);
  }

  [[nodiscard]] Iterations jumps(std::int64_t total) const override {
    Iterations all;
    const std::int64_t length = length_.whole(total);
    append(all, parts()[0].jumps(std::max<std::int64_t>(1, length)), 0, length);
    append(all, {length}, 0, total);
    append(all, parts()[1].jumps(total), 0, total);
    return all;
  }

  void check(std::int64_t total) const override {
    parts()[0].check(std::max<std::int64_t>(1, length_.whole(total)));
    parts()[1].check(total);
    require(length_.whole(total) < total || length_.is_share(), ErrorKind::usage,
            "over: expected a beginning shorter than the run of ", total, " iterations, got ",
            length_.text());
  }

  [[nodiscard]] Outline outline() const override {
    Outline outline = outline_as(Outline::Kind::over);
    outline.parts[0].length = length_;
    return outline;
  }

 private:
  Length length_;
};

class WithParameter final : public Together {
 public:
  WithParameter(Schedule main, std::string name, Schedule value)
      : Together({std::move(main), std::move(value)}), name_(std::move(name)) {
    const bool word = !name_.empty() && std::all_of(name_.begin(), name_.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    });
    require(word && name_ != "lr", ErrorKind::usage,
            "with: expected the name of a hyper-parameter beside the rate, such as momentum or "
            "weight_decay, got '",
            name_, "'");
  }

  [[nodiscard]] Values at(Position position) const override {
    Values values = parts()[0].at(position.iteration, position.total);
    const double own = parts()[1].at(position.iteration, position.total).lr;
    if (name_ == "momentum") {
      require(own < 1.0, ErrorKind::usage, "with: momentum: expected a number in [0, 1), got ", own,
              " at iteration ", position.iteration, " of ", position.total);
      values.momentum = own;
    } else if (name_ == "weight_decay") {
      values.weight_decay = own;
    } else {
      override_with(values, {.others = {{name_, own}}});
    }
    return values;
  }

  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    return parts()[0].cycle_ends(total);
  }
  [[nodiscard]] Iterations jumps(std::int64_t total) const override {
    return parts()[0].jumps(total);
  }

  [[nodiscard]] std::vector<std::string> others() const override {
    std::vector<std::string> names = parts()[0].others();
    if (name_ != "momentum" && name_ != "weight_decay") {
      merge(names, {name_});
    }
    return names;
  }

  [[nodiscard]] Outline outline() const override {
    Outline outline = outline_as(Outline::Kind::with);
    outline.name = name_;
    return outline;
  }

 private:
  std::string name_;
};

template <class Composition>
Schedule composed(std::string_view what, std::vector<Schedule> parts) {
  require(!parts.empty(), ErrorKind::usage, what, ": expected at least one part, got none");
  return Schedule(std::make_shared<const Composition>(std::move(parts)));
}

}  // namespace

Schedule product(std::vector<Schedule> factors) {
  return composed<Product>("product", std::move(factors));
}

Schedule chain(std::vector<Schedule> parts) { return composed<Chain>("chain", std::move(parts)); }

Schedule over(Schedule head, Length length, Schedule main) {
  return Schedule(std::make_shared<const Over>(std::move(head), length, std::move(main)));
}

Schedule with_parameter(Schedule main, std::string name, Schedule value) {
  return Schedule(
      std::make_shared<const WithParameter>(std::move(main), std::move(name), std::move(value)));
}

}  // namespace onecycle
