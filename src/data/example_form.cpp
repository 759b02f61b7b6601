#include "data/example_form.h"

#include <ATen/ops/empty.h>

#include <cstring>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

const std::byte* bytes_of(const torch::Tensor& tensor) {
  return static_cast<const std::byte*>(tensor.const_data_ptr());
}

}  // namespace

ExampleForm::Part::Part(const torch::Tensor& batch)
    : shape(batch.sizes().begin() + 1, batch.sizes().end()),
      type(batch.scalar_type()),
      layout(batch.dim() == 4 && batch.is_contiguous(torch::MemoryFormat::ChannelsLast)
                 ? torch::MemoryFormat::ChannelsLast
                 : torch::MemoryFormat::Contiguous),
      bytes(static_cast<std::size_t>(c10::multiply_integers(shape)) * batch.element_size()) {}

torch::Tensor ExampleForm::Part::empty(std::int64_t examples) const {
  std::vector<std::int64_t> sizes{examples};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return at::empty(sizes, type, std::nullopt, std::nullopt, std::nullopt, layout);
}

std::string ExampleForm::Part::text() const {
  std::vector<std::string> sizes;
  sizes.reserve(shape.size());
  for (const std::int64_t size : shape) {
    sizes.push_back(cat(size));
  }
  return cat(torch::toString(type), " [", join(sizes, ", "), "]",
             layout == torch::MemoryFormat::ChannelsLast ? " channels-last" : "");
}

ExampleForm::ExampleForm(const Batch& batch) : input_(batch.inputs), target_(batch.targets) {
  require(batch.inputs.is_cpu() && batch.targets.is_cpu(), ErrorKind::usage,
          "cache: expected examples on the CPU, got some on ", batch.inputs.device().str());
}

Batch ExampleForm::empty(std::int64_t examples) const {
  return {.inputs = input_.empty(examples), .targets = target_.empty(examples)};
}

Batch ExampleForm::packed(const Batch& batch) const {
  Batch packed{.inputs = batch.inputs.contiguous(input_.layout),
               .targets = batch.targets.contiguous(target_.layout)};
  const auto alike = [](const Part& part, const torch::Tensor& tensor) {
    return tensor.scalar_type() == part.type && tensor.sizes().slice(1) == part.shape;
  };
  require(alike(input_, packed.inputs) && alike(target_, packed.targets), ErrorKind::data,
          "cache: expected examples of one shape and type, ", text(), ", got ",
          Part(packed.inputs).text(), " -> ", Part(packed.targets).text());
  return packed;
}

ExampleBytes ExampleForm::at(const Batch& packed, std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  return {.input = bytes_of(packed.inputs) + i * input_.bytes,
          .target = bytes_of(packed.targets) + i * target_.bytes};
}

void ExampleForm::put(const Batch& packed, std::int64_t index, ExampleBytes example) const {
  const auto i = static_cast<std::size_t>(index);
  const auto copy = [i](const torch::Tensor& to, const std::byte* from, std::size_t bytes) {
    std::memcpy(static_cast<std::byte*>(to.mutable_data_ptr()) + i * bytes, from, bytes);
  };
  copy(packed.inputs, example.input, input_.bytes);
  copy(packed.targets, example.target, target_.bytes);
}

std::string ExampleForm::text() const { return cat(input_.text(), " -> ", target_.text()); }

}  // namespace onecycle
