package org.residuum.format.onnx;

import java.util.ArrayList;
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
   * The versions of an operator by the opset that each came with.
   *
   * @param lines one for each that changed something: opset, fewest and most inputs ({@code *} for
   *     any number), attributes with their types, {@code !} behind those that are required
   */
  static NavigableMap<Integer, Signature> versions(String... lines) {
    NavigableMap<Integer, Signature> versions = new TreeMap<>();
    for (String line : lines) {
      String[] words = line.split(" ");
      versions.put(Integer.parseInt(words[0]), parse(words));
    }
    return versions;
  }

  private static Signature parse(String[] words) {
    int most = words[2].equals("*") ? Integer.MAX_VALUE : Integer.parseInt(words[2]);
    Map<String, AttributeType> attributes = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (int i = 3; i < words.length; i++) {
      String[] pair = words[i].split(":");
      String type = pair[1].replace("!", "");
      attributes.put(pair[0], AttributeType.valueOf(type.toUpperCase(Locale.ROOT)));
      if (!type.equals(pair[1])) {
        required.add(pair[0]);
      }
    }
    return new Signature(Integer.parseInt(words[1]), most, attributes, required);
  }

  /** Refuses a node that has what its operator does not know, or lacks what it needs. */
  static void check(Step step, NodeProto node) throws FormatException {
    NavigableMap<Integer, Signature> versions = Operators.versions(node.opType());
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
