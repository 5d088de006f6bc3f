package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.residuum.format.FormatException;

/**
 * What a node of an operator may have in one version of it. An importer that looks only for what it
 * knows would pass over the rest and compute something else, so a node that has more, or has it in
 * the form of another version, is refused.
 *
 * <p>Source: "Operator Schemas" and "Operator Changelog", ONNX 1.17.
 *
 * @param fewest inputs
 * @param most inputs
 * @param attributes each with its type
 * @param required attributes that have no default
 */
record Signature(
    int fewest, int most, Map<String, AttributeType> attributes, List<String> required) {
  /**
   * A line a version that changed something: operator, opset, fewest and most inputs, attributes.
   */
  private static final String TABLE =
      """
      Add 7 2 2
      AveragePool 7 1 1 auto_pad:string count_include_pad:int kernel_shape:ints! pads:ints strides:ints
      AveragePool 10 1 1 auto_pad:string ceil_mode:int count_include_pad:int kernel_shape:ints! pads:ints strides:ints
      AveragePool 19 1 1 auto_pad:string ceil_mode:int count_include_pad:int dilations:ints kernel_shape:ints! pads:ints strides:ints
      BatchNormalization 7 5 5 epsilon:float momentum:float spatial:int
      BatchNormalization 9 5 5 epsilon:float momentum:float
      BatchNormalization 14 5 5 epsilon:float momentum:float training_mode:int
      Cast 7 1 1 to:int!
      Cast 19 1 1 saturate:int to:int!
      Clip 7 1 1 max:float min:float
      Clip 11 1 3
      Concat 7 1 * axis:int!
      Constant 7 0 0 value:tensor!
      Constant 11 0 0 sparse_value:sparse_tensor value:tensor
      Constant 12 0 0 sparse_value:sparse_tensor value:tensor value_float:float value_floats:floats value_int:int value_ints:ints value_string:string value_strings:strings
      ConstantOfShape 9 1 1 value:tensor
      Conv 7 2 3 auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints
      Div 7 2 2
      Dropout 7 1 1 ratio:float
      Dropout 12 1 3 seed:int
      Expand 8 2 2
      Flatten 7 1 1 axis:int
      Gather 7 2 2 axis:int
      Gemm 7 3 3 alpha:float beta:float transA:int transB:int
      Gemm 11 2 3 alpha:float beta:float transA:int transB:int
      GlobalAveragePool 7 1 1
      GlobalMaxPool 7 1 1
      Identity 7 1 1
      MatMul 7 2 2
      MaxPool 7 1 1 auto_pad:string kernel_shape:ints! pads:ints strides:ints
      MaxPool 8 1 1 auto_pad:string kernel_shape:ints! pads:ints storage_order:int strides:ints
      MaxPool 10 1 1 auto_pad:string ceil_mode:int dilations:ints kernel_shape:ints! pads:ints storage_order:int strides:ints
      Mul 7 2 2
      Pad 7 1 1 mode:string pads:ints! value:float
      Pad 11 2 3 mode:string
      Pad 18 2 4 mode:string
      Range 11 3 3
      ReduceMean 7 1 1 axes:ints keepdims:int
      ReduceMean 18 1 2 keepdims:int noop_with_empty_axes:int
      Relu 7 1 1
      Reshape 7 2 2
      Reshape 14 2 2 allowzero:int
      Shape 7 1 1
      Shape 15 1 1 end:int start:int
      Sigmoid 7 1 1
      Slice 7 1 1 axes:ints ends:ints! starts:ints!
      Slice 10 3 5
      Softmax 7 1 1 axis:int
      Squeeze 7 1 1 axes:ints
      Squeeze 13 1 2
      Sub 7 2 2
      Sum 7 1 *
      Transpose 7 1 1 perm:ints
      Unsqueeze 7 1 1 axes:ints!
      Unsqueeze 13 2 2
      """;

  private static final Map<String, NavigableMap<Integer, Signature>> ALL = new HashMap<>();

  static {
    TABLE.lines().forEach(Signature::parse);
  }

  private static void parse(String line) {
    String[] words = line.split(" ");
    int most = words[3].equals("*") ? Integer.MAX_VALUE : Integer.parseInt(words[3]);
    Map<String, AttributeType> attributes = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (int i = 4; i < words.length; i++) {
      String[] pair = words[i].split(":");
      String type = pair[1].replace("!", "");
      attributes.put(pair[0], AttributeType.valueOf(type.toUpperCase(Locale.ROOT)));
      if (!type.equals(pair[1])) {
        required.add(pair[0]);
      }
    }
    ALL.computeIfAbsent(words[0], operator -> new TreeMap<>())
        .put(
            Integer.parseInt(words[1]),
            new Signature(Integer.parseInt(words[2]), most, attributes, required));
  }

  /** The versions of an operator by the opset that each came with; null for none. */
  static NavigableMap<Integer, Signature> versions(String operator) {
    return ALL.get(operator);
  }

  /** Refuses a node that has what its operator does not know, or lacks what it needs. */
  static void check(Step step, NodeProto node) throws FormatException {
    NavigableMap<Integer, Signature> versions = ALL.get(node.opType());
    Map.Entry<Integer, Signature> version = versions.floorEntry(step.opset());
    if (version == null) {
      throw step.error(
          "there is no such operator in opset "
              + step.opset()
              + "; it came with "
              + versions.firstKey());
    }
    version.getValue().checkInputs(step);
    for (AttributeProto attribute : node.attributes().values()) {
      version.getValue().checkAttribute(step, attribute);
    }
    for (String key : version.getValue().required) {
      if (!step.hasAttribute(key)) {
        throw step.error("it lacks the attribute " + key);
      }
    }
  }

  private void checkInputs(Step step) throws FormatException {
    int given = step.inputs();
    while (given > 0 && !step.has(given - 1)) {
      given--;
    }
    if (given < fewest || given > most) {
      String range =
          most == fewest ? "" + most : most == Integer.MAX_VALUE ? fewest + " or more" : range();
      throw step.error(
          "it has "
              + given
              + " inputs where "
              + step.opType()
              + " takes "
              + range
              + " in opset "
              + step.opset());
    }
  }

  private String range() {
    return fewest + " to " + most;
  }

  private void checkAttribute(Step step, AttributeProto attribute) throws FormatException {
    String name = "attribute " + FormatException.quote(attribute.name());
    AttributeType type = attributes.get(attribute.name());
    if (type == null) {
      throw step.error(
          name
              + " is unknown in opset "
              + step.opset()
              + (attributes.isEmpty()
                  ? ""
                  : ", which has " + String.join(", ", attributes.keySet()))
              + "; export the model with an opset that has it, or remove it if it means nothing");
    }
    if (!attribute.reference().isEmpty()) {
      throw step.error(
          name
              + " refers to an attribute of a function, and this graph is none; export the model"
              + " without functions");
    }
    if (attribute.type() != type || !attribute.consistent()) {
      throw step.error(
          name
              + (attribute.type() == type
                  ? " holds values of more types than one"
                  : " holds " + attribute.type())
              + " where "
              + type
              + " belongs");
    }
  }
}
