#include "onecycle/schedule/group_schedules.h"

#include "onecycle/schedule/catalogue.h"
#include "schedule/landmarks.h"

namespace onecycle {

GroupSchedules::GroupSchedules(std::vector<Schedule> one_a_group) : list_(std::move(one_a_group)) {
  require(!list_.empty(), ErrorKind::usage, "schedules: expected one a group, got none");
}

void GroupSchedules::check(std::size_t groups, std::int64_t total) const {
  require(list_.size() == 1 || list_.size() == groups, ErrorKind::usage, "schedules: expected ",
          groups, " (one a group), or one for all, got ", list_.size());
  for (const Schedule& schedule : list_) {
    schedule.check(total);
  }
}

Iterations GroupSchedules::cycle_ends(std::int64_t total) const {
  Iterations all;
  for (const Schedule& schedule : list_) {
    all = merged(all, schedule.cycle_ends(total));
  }
  return all;
}

std::vector<std::string> GroupSchedules::others() const {
  std::vector<std::string> names;
  for (const Schedule& schedule : list_) {
    merge(names, schedule.others());
  }
  return names;
}

std::string GroupSchedules::text() const {
  std::vector<std::string> pieces;
  pieces.reserve(list_.size());
  for (const Schedule& schedule : list_) {
    pieces.push_back(schedule.text());
  }
  return join(pieces, " | ");
}

GroupSchedules parse_group_schedules(std::string_view text) {
  if (trim(text).starts_with('{')) {
    return parse_schedule(text);
  }
  std::vector<Schedule> list;
  for (const std::string& piece : split(text, '|')) {
    list.push_back(parse_schedule(piece));
  }
  return GroupSchedules(std::move(list));
}

}  // namespace onecycle
