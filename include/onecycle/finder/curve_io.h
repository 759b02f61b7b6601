// A finder's curve from a table: our own, or one that another program's history was saved as.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "onecycle/core/csv.h"
#include "onecycle/finder/suggest.h"

namespace onecycle {

/// Which columns to read. Empty: the one column whose name says it, whatever its case:
/// `lr`, `lrs`, `learning_rate`, `learning_rates`; and `smoothed` (as in the `find.csv` of our
/// runs) before `loss`, `losses`, `train_loss`, `training_loss`. So the histories of fastai,
/// Lightning and torch-lr-finder are read as they are.
struct CurveColumns {
  std::string lr = {};
  std::string loss = {};
};

/// The record in a table: rates, losses as `smoothed`, and as `loss` the raw losses if the table
/// tells them from the smoothed ones, else none. A column `planned` tells, in its first row, how
/// many iterations the sweep would have had, so that the same points are cut off as when it ran.
/// Other columns are ignored, such as the unnamed one that pandas puts first. A loss may be `nan`,
/// `inf`, empty (as pandas writes NaN), or a number as PyTorch prints it, `tensor(2.3026)`.
///
/// Throws a data error, with source:line:column, if a field is not a number, a rate is not a finite
/// number > 0 (the first may be 0), or there are fewer than `kFewestPoints` rows; and one that
/// lists the columns if none or several could be meant.
FindRecord record_of(const CsvTable& table, const CurveColumns& columns = {});
/// The same from a CSV file.
FindRecord read_record(const std::filesystem::path& path, const CurveColumns& columns = {});

/// The curve of that record.
Curve curve_of(const CsvTable& table, const CurveColumns& columns = {});
Curve read_curve(const std::filesystem::path& path, const CurveColumns& columns = {});

}  // namespace onecycle
