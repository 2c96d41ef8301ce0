"""$expand, $validate-code, $lookup, $subsumes, $translate, $closure."""
