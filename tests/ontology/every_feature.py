"""Shapes that use every feature of SHACL that is known here, alone and together."""

EVERY_FEATURE = r"""
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh:   <http://www.w3.org/ns/shacl#> .
@prefix t:    <https://example.org/shapes#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .

t:Product a sh:NodeShape ; sh:targetClass mesh:DataProduct ; sh:name "product"@en ; sh:order 1 ;
    sh:property t:lifecycle , t:name , t:purpose , t:version , t:owner , t:tags , t:sameAs , t:theme ;
    sh:or ( t:named t:described ) ; sh:not t:secret ; sh:and ( t:named t:described t:aPort ) ; sh:class mesh:Agent .

t:lifecycle a sh:PropertyShape ; sh:path mesh:lifecycle ; sh:in ( "draft" "active" ) ; sh:minCount 1 .
t:name a sh:PropertyShape ; sh:path mesh:name ; sh:minLength 2 ; sh:maxLength 10 ; sh:severity sh:Info .
t:purpose a sh:PropertyShape ; sh:path mesh:purpose ; sh:pattern "^A" ; sh:flags "i" ; sh:severity sh:Warning .
t:version a sh:PropertyShape ; sh:path mesh:version ; sh:hasValue "1.2.0" .
t:owner a sh:PropertyShape ; sh:path mesh:ownedBy ; sh:or ( t:aTeam t:aPerson ) ; sh:not t:aPerson ; sh:maxCount 1 ;
    sh:class mesh:Agent .
t:tags a sh:PropertyShape ; sh:path mesh:tags ; sh:minCount 2 ; sh:maxCount 2 ; sh:and ( t:short t:inLower ) .
t:sameAs a sh:PropertyShape ; sh:path mesh:sameAs ; sh:nodeKind sh:IRI ; sh:pattern "^https:" ;
    sh:hasValue <https://example.org/a> ; sh:in ( <https://example.org/a> <urn:x:y> "no iri" ) .
t:theme a sh:PropertyShape ; sh:path mesh:theme ; sh:class mesh:GlossaryTerm .

t:named a sh:NodeShape ; sh:property t:longName .
t:longName a sh:PropertyShape ; sh:path mesh:name ; sh:minCount 1 ; sh:minLength 3 .
t:described a sh:PropertyShape ; sh:path mesh:description ; sh:minCount 1 ; sh:not t:short .
t:secret a sh:PropertyShape ; sh:path mesh:description ; sh:hasValue "true" .
t:aPort a sh:PropertyShape ; sh:path mesh:hasOutputPort ; sh:minCount 1 ; sh:class mesh:OutputPort .
t:aTeam a sh:NodeShape ; sh:class mesh:Team .
t:aPerson a sh:NodeShape ; sh:class mesh:Person .
t:short a sh:NodeShape ; sh:maxLength 3 .
t:inLower a sh:NodeShape ; sh:or ( t:pattern t:oneOf ) .
t:pattern a sh:NodeShape ; sh:pattern "^[a-z ]+$" .
t:oneOf a sh:NodeShape ; sh:in ( "1.2" "" ) .

t:Port a sh:NodeShape ; sh:targetClass mesh:OutputPort ; sh:property t:ofProducts , t:endpoint , t:key ;
    sh:closed true ; sh:ignoredProperties ( rdf:type mesh:name mesh:governedBy ) .
t:ofProducts a sh:PropertyShape ; sh:path [ sh:inversePath mesh:hasOutputPort ] ;
    sh:minCount 1 ; sh:maxCount 1 .
t:endpoint a sh:PropertyShape ; sh:path mesh:endpoint ; sh:nodeKind sh:IRI ; sh:maxCount 1 ; sh:maxLength 15 .
t:key a sh:PropertyShape ; sh:path mesh:key ; sh:pattern "-port/[13]$" .

t:Class a sh:NodeShape ; sh:targetClass mesh:Classification , mesh:Person ; sh:property t:someName .
t:someName a sh:PropertyShape ; sh:path mesh:name ; sh:datatype xsd:string ; sh:minCount 1 ; sh:maxCount 1 .
t:Level a sh:NodeShape ; sh:targetClass mesh:Classification ; sh:property t:level , t:otherLevel .
t:level a sh:PropertyShape ; sh:path mesh:level ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxInclusive 10 .
t:otherLevel a sh:PropertyShape ; sh:path mesh:level ; sh:minExclusive 1.5 ; sh:maxExclusive 9.5 ; sh:hasValue 1 .

t:Measurement a sh:NodeShape ; sh:targetClass mesh:QualityMeasurement ; sh:property t:measuredAt .
t:measuredAt a sh:PropertyShape ; sh:path mesh:measuredAt ; sh:datatype xsd:dateTime ;
    sh:minInclusive "2020-01-01T00:00:00Z"^^xsd:dateTime ; sh:maxExclusive "2024-02-29T12:00:00Z"^^xsd:dateTime .
"""
