"""The tests are a package of this project: a library that brings a package of the same name must not hide them."""
