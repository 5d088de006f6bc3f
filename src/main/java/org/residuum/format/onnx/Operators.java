package org.residuum.format.onnx;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.residuum.format.FormatException;

/** The ONNX operators that are understood, and what imports each. */
final class Operators {
  /** Imports one node. */
  interface Handler {
    void accept(Step step) throws FormatException;
  }

  private static final Map<String, Handler> HANDLERS = new TreeMap<>();

  static {
    HANDLERS.put("Conv", Products::conv);
    HANDLERS.put("Gemm", Products::gemm);
    HANDLERS.put("MatMul", Products::matMul);
    HANDLERS.put("BatchNormalization", Normalizing::batchNormalization);
    HANDLERS.put("Relu", Pointwise::relu);
    HANDLERS.put("Clip", Pointwise::clip);
    HANDLERS.put("Sigmoid", Pointwise::sigmoid);
    HANDLERS.put("Softmax", Pointwise::softmax);
    HANDLERS.put("Add", Arithmetic::add);
    HANDLERS.put("Sub", Arithmetic::sub);
    HANDLERS.put("Mul", Arithmetic::mul);
    HANDLERS.put("Div", Arithmetic::div);
    HANDLERS.put("Sum", Arithmetic::sum);
    HANDLERS.put("MaxPool", Pooling::maxPool);
    HANDLERS.put("AveragePool", Pooling::averagePool);
    HANDLERS.put("GlobalAveragePool", Pooling::globalAveragePool);
    HANDLERS.put("GlobalMaxPool", Pooling::globalMaxPool);
    HANDLERS.put("ReduceMean", Pooling::reduceMean);
    HANDLERS.put("Reshape", Reshaping::reshape);
    HANDLERS.put("Flatten", Reshaping::flatten);
    HANDLERS.put("Squeeze", Reshaping::squeeze);
    HANDLERS.put("Unsqueeze", Reshaping::unsqueeze);
    HANDLERS.put("Transpose", Moving::transpose);
    HANDLERS.put("Slice", Moving::slice);
    HANDLERS.put("Gather", Moving::gather);
    HANDLERS.put("Pad", Padding::pad);
    HANDLERS.put("Concat", Joining::concat);
    HANDLERS.put("Expand", Joining::expand);
    HANDLERS.put("Identity", Constants::identity);
    HANDLERS.put("Dropout", Constants::dropout);
    HANDLERS.put("Cast", Constants::cast);
    HANDLERS.put("Constant", Constants::constant);
    HANDLERS.put("ConstantOfShape", Constants::constantOfShape);
    HANDLERS.put("Range", Constants::range);
    HANDLERS.put("Shape", Constants::shape);
  }

  private Operators() {}

  /** Null for an operator that is not supported. */
  static Handler find(NodeProto node) {
    return NodeProto.isStandard(node.domain()) ? HANDLERS.get(node.opType()) : null;
  }

  static List<String> supported() {
    return List.copyOf(HANDLERS.keySet());
  }
}
