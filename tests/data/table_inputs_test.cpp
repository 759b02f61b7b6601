#include "onecycle/data/table_inputs.h"

#include <gtest/gtest.h>

#include "onecycle/core/files.h"
#include "onecycle/data/table.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

constexpr std::string_view kTable = "size,colour,y\n1,red,0.5\n,blue,1.5\n3,,2.5\n5,red,3.5\n";

class TableInputsTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path write(const std::string& text) const {
    write_file(path_, text);
    return path_;
  }
  [[nodiscard]] std::string refusal(const std::string& text) const {
    return message_of(ErrorKind::data, [&] { (void)read_table_inputs(write(text), table_.task); })
        .substr(path_.native().size());
  }

  const TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "new.csv";
  const LoadedData table_ = parse_table(kTable, "old.csv");
};

TEST_F(TableInputsTest, AreThoseOfTheTableThatWasTrainedOn) {
  const TableInputs inputs = read_table_inputs(write(std::string(kTable)), table_.task);
  EXPECT_TRUE(torch::equal(inputs.inputs, table_.examples->all().inputs));
  EXPECT_EQ(inputs.lines, (std::vector<std::int64_t>{2, 3, 4, 5}));
}

TEST_F(TableInputsTest, NeedNoTargetAndNoOrder) {
  const TableInputs inputs =
      read_table_inputs(write("id,colour,size\n7,blue,\n8,red,1\n"), table_.task);
  const torch::Tensor expected = table_.examples->all().inputs;
  EXPECT_TRUE(torch::equal(inputs.inputs[0], expected[1]));
  EXPECT_TRUE(torch::equal(inputs.inputs[1], expected[0]));
}

TEST_F(TableInputsTest, SayWhatIsWrong) {
  EXPECT_EQ(
      refusal("size\n1\n"),
      ": expected the column for the feature 'colour=blue' that the model was trained on, got "
      "none; known: size");
  EXPECT_EQ(refusal("size,colour\n1,green\n"),
            ":2: column 'colour': expected a category that the model was trained on, got 'green'");
  EXPECT_EQ(refusal("size,colour\nbig,red\n"),
            ":2: column 'size': expected a finite number, got 'big'");
  EXPECT_EQ(refusal("size,colour\n"), ": expected rows under the column names, got none");
}

TEST_F(TableInputsTest, ComeWithTheirTargets) {
  const TableInputs all = read_table_examples(write(std::string(kTable)), table_.task);
  EXPECT_TRUE(torch::equal(all.targets, table_.targets));
  EXPECT_FALSE(read_table_inputs(path_, table_.task).targets.defined());
}

/// As a part of the table that was trained on may have.
TEST_F(TableInputsTest, MayHaveFewerClassesAndCategories) {
  const LoadedData trained =
      parse_table("size,colour,kind\n1,red,a\n2,blue,b\n3,red,b\n4,blue,a\n", "old.csv");
  const TableInputs part = read_table_examples(write("kind,size,colour\nb,2,blue\n"), trained.task);
  EXPECT_TRUE(torch::equal(part.inputs, trained.examples->all().inputs.slice(0, 1, 2)));
  EXPECT_TRUE(torch::equal(part.targets, torch::tensor({1}, torch::kLong)));
}

TEST_F(TableInputsTest, TakeNumbersForTheClassesTheyAre) {
  const LoadedData trained = parse_table("size,y\n1,0\n2,1\n3,0\n4,1\n", "old.csv");
  EXPECT_TRUE(torch::equal(read_table_examples(write("size,y\n1,1.0\n2,0\n"), trained.task).targets,
                           torch::tensor({1, 0}, torch::kLong)));
}

TEST_F(TableInputsTest, SayWhichTargetIsWrong) {
  const LoadedData trained = parse_table("size,kind\n1,cat\n2,dog\n3,cat\n", "old.csv");
  const auto refused = [&](const std::string& text, const Task& task) {
    return message_of(ErrorKind::data, [&] { (void)read_table_examples(write(text), task); })
        .substr(path_.native().size());
  };
  EXPECT_EQ(refused("size\n1\n", trained.task),
            ": expected the column 'kind' with the targets, got none; known: size");
  EXPECT_EQ(refused("size,kind\n1,cat\n2,dig\n", trained.task),
            ":3: column 'kind': expected a class that the model knows, got 'dig'; did you "
            "mean 'dog'?");
  EXPECT_EQ(refused("size,colour,y\n1,red,\n", table_.task),
            ":2: column 'y': expected a finite number as the target, got ''");
}

}  // namespace
}  // namespace onecycle
