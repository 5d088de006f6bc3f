package org.residuum.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import scala.Function1;

/** A function of a catalog, between Spark's inner representation of values and ours. */
final class Classify implements ScalarFunction<Object> {
  private static final long serialVersionUID = 1;

  private final String name;
  private final DataType picture;
  private final OneByOne function;

  private transient volatile Function1<Object, Object> in;
  private transient volatile Function1<Object, Object> out;

  Classify(String name, DataType picture, OneByOne function) {
    this.name = name;
    this.picture = picture;
    this.function = function;
  }

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {picture};
  }

  @Override
  public DataType resultType() {
    return function.type();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String canonicalName() {
    return "org.residuum " + function.meaning();
  }

  /** Spark binds each call of a query anew, and compares them in GROUP BY, for example. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Classify that
        && canonicalName().equals(that.canonicalName())
        && picture.equals(that.picture);
  }

  @Override
  public int hashCode() {
    return canonicalName().hashCode();
  }

  @Override
  public Object produceResult(InternalRow arguments) {
    if (in == null || out == null) {
      in = CatalystTypeConverters.createToScalaConverter(picture);
      out = CatalystTypeConverters.createToCatalystConverter(resultType());
    }
    try {
      return out.apply(function.call(in.apply(arguments.get(0, picture))));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
