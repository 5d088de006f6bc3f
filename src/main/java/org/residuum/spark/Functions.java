package org.residuum.spark;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A model's functions for SQL, as a catalog that Spark's configuration names:
 *
 * <pre>
 * spark.sql.catalog.pets            org.residuum.spark.Functions
 * spark.sql.catalog.pets.modelPath  /models/pets
 * </pre>
 *
 * <p>{@code SELECT pets.classify(image) FROM photos} then gives the likeliest classes; {@code
 * probabilities}, {@code logits} and {@code embedding} are the other functions. Further settings
 * are params of {@link ImageClassifier}. A picture that cannot be read gives null.
 */
public final class Functions implements FunctionCatalog {
  private static final String CLASSIFY = "classify";

  private String name;
  private Map<String, String> settings;

  /** Spark calls it. */
  public Functions() {}

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
    settings = new TreeMap<>(options.asCaseSensitiveMap());
    ImageClassifier.of(settings); // What is wrong is said here.
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return namespace.length > 0
        ? new Identifier[0]
        : Arrays.stream(Output.values())
            .map(output -> Identifier.of(namespace, functionOf(output)))
            .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    for (Output output : Output.values()) {
      if (function.namespace().length == 0
          && functionOf(output).equalsIgnoreCase(function.name())) {
        return new Unbound(output);
      }
    }
    throw new NoSuchFunctionException(function);
  }

  private static String functionOf(Output output) {
    return output == Output.LABELS ? CLASSIFY : output.toString();
  }

  /** A function before the type of its argument is known. */
  private final class Unbound implements UnboundFunction {
    private final Output output;

    Unbound(Output output) {
      this.output = output;
    }

    @Override
    public String name() {
      return functionOf(output);
    }

    @Override
    public String description() {
      return name() + "(picture): bytes of a file, a path or Spark's image struct";
    }

    /** Loads the model, so that what is wrong is said before any job. */
    @Override
    public BoundFunction bind(StructType arguments) {
      if (arguments.size() != 1) {
        throw new UnsupportedOperationException(description());
      }
      StructType picture = new StructType().add(name(), arguments.fields()[0].dataType());
      try {
        PictureColumn.of(picture, name());
      } catch (IllegalArgumentException e) {
        throw new UnsupportedOperationException(e.getMessage(), e);
      }
      ImageClassifier classifier = ImageClassifier.of(settings).setOutput(output.toString());
      return new Classify(
          Functions.this.name + "." + name(),
          picture.fields()[0].dataType(),
          classifier.oneByOne(SparkSession.active()));
    }
  }
}
